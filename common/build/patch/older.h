/* SPDX-License-Identifier: Apache-2.0 */
/* older: what kpack up to 0.3, whose API is v1alpha1, has no place for. */
#ifndef BUILD_PATCH_OLDER_H
#define BUILD_PATCH_OLDER_H

#include "build/image.h"
#include "build/params.h"

/* ERR_CONFIG, with the first of the params that an Image of that version cannot hold: it would be
 * dropped without a word. */
MUST_CHECK int older_check(
	const struct image_put *params, const struct image *image, struct err *err);

#endif
