/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hints: the text of the file in which checks leave hints for those that come after them.
 *
 *	build-service-resource hints 1
 *	<key> <version> <examined>              a line each, the newest first
 *	<SHA-256 of all lines before>
 *
 * Whatever is not exactly that, such as a file that was half written, holds no hints.
 */
#ifndef GIT_HISTORY_HINTS_H
#define GIT_HISTORY_HINTS_H

#include "base/buf.h"
#include "base/err.h"
#include "git/oid.h"

#define HINT_KEY 64  /* digits of a key */
#define HINTS_MAX 16 /* a container checks one source; on a shared folder the oldest make room */

struct hint_line {
	char key[HINT_KEY + 1];
	struct oid version; /* unset: none */
	struct oid examined;
};

/* `{ 0 }` has none. */
struct hints {
	struct hint_line items[HINTS_MAX];
	size_t count;
};

/* False where it is not such a text. */
bool hints_parse(struct hints *hints, struct span text);

/* Append the text to a buffer of LIMIT_HINTS. */
MUST_CHECK int hints_format(const struct hints *hints, struct buf *text, struct err *err);

/* The examined commit of that key and version; NULL where there is none. */
const struct oid *hints_find(const struct hints *hints, const char *key, const struct oid *version);

/* Put it in front, in place of what was said of that key. */
void hints_put(struct hints *hints, const struct hint_line *line);

#endif
