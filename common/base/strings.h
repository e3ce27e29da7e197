/* SPDX-License-Identifier: Apache-2.0 */
/* strings: an owned list of owned NUL-terminated strings. `{ 0 }` is an empty list. */
#ifndef BASE_STRINGS_H
#define BASE_STRINGS_H

#include "base/defs.h"
#include "base/span.h"

struct strings {
	char **items;
	size_t count;
};

void strings_add(struct strings *strings, struct span text); /* copies */
/* In the order of their bytes. */
void strings_sort(struct strings *strings);

/* All of them with `between` between them; of none, the empty text. The caller's to free. */
MUST_CHECK char *strings_join(const struct strings *strings, const char *between);

bool strings_have(const struct strings *strings, const char *text);
void strings_release(struct strings *strings);
#define auto_strings AUTO(strings_release)

#endif
