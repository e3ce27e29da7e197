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
bool strings_have(const struct strings *strings, const char *text);
void strings_release(struct strings *strings);
#define auto_strings AUTO(strings_release)

#endif
