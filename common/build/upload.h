/* SPDX-License-Identifier: Apache-2.0 */
/* upload: source among the step's artifacts becomes a source image in the registry, as kp has it. */
#ifndef BUILD_UPLOAD_H
#define BUILD_UPLOAD_H

#include "build/patch/edit.h"

/*
 * Where the edit has a local_path, push what is there to the repository of the Image's tag with
 * "-source" behind it, and make that image the edit's source; otherwise do nothing. The tag is that of
 * `image`, or that of the params where the Image is yet to be created (it is empty). ERR_CONFIG names
 * the param; the registry's errors are those of registry.h.
 */
MUST_CHECK int upload_source(struct edit *edit, const struct image *image,
	const struct image_source *source, struct err *err);

#endif
