/* SPDX-License-Identifier: Apache-2.0 */
/* put: from what a put asks of an Image to the version that check will find for it. */
#ifndef BUILD_PUT_H
#define BUILD_PUT_H

#include "build/await.h"
#include "build/version.h"

/* What a put came to. Owns what it holds. */
struct made {
	uint64_t number; /* the version: the build that stands for the image, and the image */
	char *image;
	json_t *build; /* the Build that was followed, or else the version's; NULL where it is gone */
};

void made_release(struct made *made);
#define auto_made AUTO(made_release)

/*
 * Ask for the Image, first of all, and read it into `image`, which stays empty where it is not there and the
 * params say that it is to be created. ERR_CONFIG where the edit does not fit the Image, or where
 * the params ask for a version before it has any.
 */
MUST_CHECK int put_open(
	struct image *image, struct service *service, const struct edit *edit, struct err *err);

/*
 * Make the Image what the edit asks for, or create it, see that it is built, and wait for that with the build's
 * log; see apply.h, trigger.h, await.h and follow.h. An edit of nothing, and one that is not to be
 * waited for, come to the version that is there.
 */
MUST_CHECK int put_image(struct made *made, const struct service *service, struct image *image,
	const struct edit *edit, const struct patience *patience, struct err *err);

#endif
