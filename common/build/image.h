/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image: kpack's Image, as far as we look at it.
 *
 * Texts are borrowed from `object`, which the image owns; they are "" where the Image has none.
 * `{ 0 }` is an empty one.
 */
#ifndef BUILD_IMAGE_H
#define BUILD_IMAGE_H

#include "build/service.h"
#include "kube/object.h"

struct image {
	json_t *object;
	const char *uid;
	const char *resource_version;
	int64_t generation;
	int64_t observed_generation; /* of the status */
	int64_t build_generation;    /* of the latest build */
	uint64_t build_counter;      /* number of the latest build */
	const char *latest_build;    /* name of the latest build */
	const char *latest_image;    /* of the latest build that succeeded, by digest */
	const char *tag;             /* spec.tag */
	const char *git_url;         /* "" where the source is not git */
	const char *git_revision;
	struct condition ready;
};

/* Read `object`, which the image owns from now on, in place of what it held. */
void image_set(struct image *image, json_t *object);
void image_release(struct image *image);
#define auto_image AUTO(image_release)

/* GET it. A missing one is ERR_MISSING. */
MUST_CHECK int image_get(struct image *image, const struct service *service, struct err *err);

/* The same where nothing was asked of the service before. */
MUST_CHECK int image_open(struct image *image, struct service *service, struct err *err);

/* Whether it is one of v1alpha1, whose spec has fewer members, some by other names. */
bool image_is_older(const struct image *image);

/* What the status says of the latest change of the spec. */
bool image_is_ready(const struct image *image, const char *status);

#endif
