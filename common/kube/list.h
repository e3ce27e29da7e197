/* SPDX-License-Identifier: Apache-2.0 */
/* list: one page of a Kubernetes list, walked without building it whole. */
#ifndef KUBE_LIST_H
#define KUBE_LIST_H

#include <jansson.h>

#include "base/err.h"
#include "base/span.h"

/* Called for each object of a list, borrowed; with NULL when the list begins anew, because what was
 * seen of it has become too old. Returns -1 to end the list with its error. */
typedef int list_visit(void *context, json_t *object, struct err *err);

/*
 * What of the objects is built: the members of these names, and of each again what its own parts say. The
 * others are passed over, which costs a fraction; half of an object is who wrote which member. NULL:
 * all of it. A part without a name ends the array.
 */
struct list_part {
	const char *name;
	const struct list_part *parts;
};

/* What a page says of the list. The strings are the caller's to free. */
struct list_page {
	char *token;            /* where the next page begins; NULL on the last */
	char *resource_version; /* "" where there is none */
};

/* Visit the items of `text` in their order. ERR_REMOTE where it is no list. */
MUST_CHECK int list_walk(struct span text, const struct list_part *parts, list_visit *visit,
	void *context, struct list_page *page, struct err *err);

#endif
