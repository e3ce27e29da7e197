/* SPDX-License-Identifier: Apache-2.0 */
/* strings: an owned list of owned NUL-terminated strings. */
#include <string.h>

#include "base/mem.h"
#include "base/strings.h"

void strings_add(struct strings *strings, struct span text)
{
	strings->items = mem_resize(strings->items, strings->count + 1, sizeof(*strings->items));
	strings->items[strings->count++] = span_copy(text);
}

bool strings_have(const struct strings *strings, const char *text)
{
	for (size_t i = 0; i < strings->count; i++)
		if (strcmp(strings->items[i], text) == 0)
			return true;
	return false;
}

void strings_release(struct strings *strings)
{
	for (size_t i = 0; i < strings->count; i++)
		free(strings->items[i]);
	free(strings->items);
	*strings = (struct strings){ 0 };
}
