/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answer: what goes to stdout, once, after everything succeeded.
 *
 * check answers with an array of versions, oldest first; in and out with one version and metadata.
 * Concourse takes strings only: values are made valid UTF-8 without NULs here.
 */
#ifndef RESOURCE_ANSWER_H
#define RESOURCE_ANSWER_H

#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

struct answer {
	json_t *versions; /* array; in and out use its only element */
	json_t *metadata; /* array of {name, value} */
};

/* One key of a version. */
struct pair {
	const char *name;
	const char *value;
};

void answer_init(struct answer *answer);
void answer_release(struct answer *answer);
#define auto_answer AUTO(answer_release)

/* Append a version; the order of check's is oldest first. Keys must not repeat. */
void answer_add_version(struct answer *answer, const struct pair *pairs, size_t count);

/* Append the very map that was given, as in must. Borrowed. */
void answer_echo_version(struct answer *answer, json_t *version);

/* Append a row of the table that Concourse shows under the step. */
void answer_add_metadata(struct answer *answer, const char *name, struct span value);

/* The same with a hint at what it is ("time", "message"), as the git resource gives. */
void answer_add_typed_metadata(
	struct answer *answer, const char *name, struct span value, const char *type);

/* The metadata as an indented JSON array with a newline, for metadata.json. The caller frees. */
MUST_CHECK char *answer_metadata_text(const struct answer *answer);

enum answer_shape { ANSWER_VERSIONS, ANSWER_VERSION_AND_METADATA };

/* Write it to `fd` as one line of JSON. */
MUST_CHECK int answer_write(
	const struct answer *answer, enum answer_shape shape, int fd, struct err *err);

#endif
