/* SPDX-License-Identifier: Apache-2.0 */
/* version: {"build": "<number>", "image": "<repository>@sha256:..."}, always both keys. */
#ifndef BUILD_VERSION_H
#define BUILD_VERSION_H

#include "build/worth.h"
#include "resource/answer.h"

/* Of a version that Concourse gave; NULL is none. Borrows its texts. ERR_CONFIG where its build is
 * not a number. */
MUST_CHECK int version_read(
	struct given *given, const struct image_version *version, struct err *err);

/* Append that of a good build to the answer. */
void version_add(struct answer *answer, uint64_t number, const char *image);

#endif
