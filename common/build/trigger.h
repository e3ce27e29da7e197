/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trigger: have an Image built though nothing of it has changed.
 *
 * kpack builds an Image again when its latest Build carries an annotation. On the Image itself the
 * annotation would be copied to each of its Builds, and they would never end.
 */
#ifndef BUILD_TRIGGER_H
#define BUILD_TRIGGER_H

#include "build/build.h"
#include "build/wait.h"

/* Put the annotation on the latest Build; `number` is its number. ERR_MISSING where there is none. */
MUST_CHECK int trigger_annotate(const struct service *service, const struct image *image,
	uint64_t *number, struct err *err);

/*
 * Whether the Build of that name was made because of a trigger: 1 or 0. One that was made of another
 * change at the same moment as the annotation may not be, and the annotation is then on a Build that
 * nobody looks at any more.
 */
MUST_CHECK int trigger_made(const struct service *service, const char *name,
	const struct patience *patience, struct err *err);

#endif
