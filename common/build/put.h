/* SPDX-License-Identifier: Apache-2.0 */
/* put: from a patch of an Image to the version that check will find for it. */
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

/* Wait for the build that the wish causes, if any, with its log; see await.h and follow.h. */
MUST_CHECK int put_follow(struct made *made, const struct service *service, struct image *image,
	const struct wish *wish, int64_t end_ms, struct err *err);

#endif
