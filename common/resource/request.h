/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request: what Concourse wrote to stdin, as the structs of the kind that `source` chose.
 *
 * {"source": {...}, "params": {...}, "version": {...}}; an absent, null or empty version is none.
 * Unknown keys of source and params are refused by name, those of a version are ignored.
 */
#ifndef RESOURCE_REQUEST_H
#define RESOURCE_REQUEST_H

#include <jansson.h>

#include "base/err.h"
#include "base/span.h"
#include "resource/answer.h"
#include "resource/schema.h"

struct request;

/* One row of a verb's table: a kind of resource and what the verb does for it. */
struct kind {
	const char *name;
	const char *chosen_by; /* the key of source whose presence chooses this kind */
	const struct field *source;
	size_t source_size;
	const struct field *params; /* NULL: the verb takes none */
	size_t params_size;
	const struct field *version; /* NULL: the verb is given none (out) */
	size_t version_size;
	int (*run)(const struct request *request, struct answer *answer, struct err *err);
};

struct request {
	const struct kind *kind;
	void *source;        /* the kind's struct, filled */
	void *params;        /* the kind's struct, filled with defaults where params are absent */
	void *version;       /* the kind's struct, or NULL when there is no version */
	json_t *version_map; /* as given, for answer_echo_version; NULL when there is none */
	const char *dir;     /* in, out: the directory Concourse gave; NULL for check */
	bool debug;          /* source.debug or params.debug */
};

/* Parse `text`. The request owns what it holds; `kinds` must outlive it. */
MUST_CHECK int request_parse(struct request *request, const struct kind *kinds, size_t kind_count,
	struct span text, struct err *err);

void request_release(struct request *request);
#define auto_request AUTO(request_release)

#endif
