/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts: what there is to say about one build: the rows under the step.
 *
 * Names are identifiers, because Concourse makes ((.:step.name)) of them.
 */
#ifndef BUILD_FACTS_H
#define BUILD_FACTS_H

#include "build/version.h"

/* The parts of "repository[:tag]@digest". Borrowed. */
struct reference {
	struct span repository;
	struct span tag; /* empty where there is none */
	struct span digest;
};
struct reference reference_of(const char *image);

/* The newest Build that made the given image, of the given number if there is one; `object` is the
 * caller's, or NULL where there is none any more. Asks for that one only, and first of all. */
MUST_CHECK int facts_find(
	json_t **object, struct service *service, const struct given *given, struct err *err);

/* The tag that the build was given first, the Image's own; "latest" where it names none. */
struct span facts_tag(json_t *build);

/* Append the rows of an image and of its Build; where this is NULL, of the number alone (0: none). */
void facts_add(struct answer *answer, const char *image, uint64_t number, json_t *build);

#endif
