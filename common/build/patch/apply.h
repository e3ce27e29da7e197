/* SPDX-License-Identifier: Apache-2.0 */
/* apply: a merge patch becomes the Image's state, and the log says what is different. */
#ifndef BUILD_PATCH_APPLY_H
#define BUILD_PATCH_APPLY_H

#include "build/patch/edit.h"

/*
 * Make the Image, as it was read, what the edit asks for. Where somebody else has changed one of the
 * lists meanwhile, the Image is read again and the edit is made of that, with a bound. `image` is
 * the server's answer afterwards, or as it was where it held the edit already; then `changed` is
 * false. ERR_CONFIG where edit_check() refuses the edit, ERR_REMOTE where the server did not
 * take all of it: it drops without a word what it does not know.
 */
MUST_CHECK int apply_edit(struct image *image, const struct service *service,
	const struct edit *edit, bool *changed, struct err *err);

/*
 * Create the Image, of the builder ClusterBuilder "default" unless the edit says another.
 * ERR_CONFLICT where it is there already, ERR_CONFIG where its version of the API cannot hold the edit.
 */
MUST_CHECK int apply_create(struct image *image, const struct service *service,
	const struct edit *edit, struct err *err);

/* Say what the patch makes of the object: "- revision old", "+ revision new". Values of variables and
 * queries of URLs are not shown. */
void apply_say(json_t *object, json_t *patch);

#endif
