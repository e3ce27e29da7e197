/* SPDX-License-Identifier: Apache-2.0 */
/* strings: an owned list of owned NUL-terminated strings. */
#include <string.h>

#include "base/mem.h"
#include "base/strings.h"

void strings_add(struct strings *strings, struct span text)
{
	/* doubled at each power of two, so that a long list costs few copies */
	if ((strings->count & (strings->count - 1)) == 0)
		strings->items = mem_resize(strings->items, strings->count ? 2 * strings->count : 1,
			sizeof(*strings->items));
	strings->items[strings->count++] = span_copy(text);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void strings_sort(struct strings *strings)
{
	if (strings->count)
		qsort(strings->items, strings->count, sizeof(*strings->items), compare);
}

char *strings_join(const struct strings *strings, const char *between)
{
	size_t gap = strlen(between), length = 0;
	char *joined, *end;

	for (size_t i = 0; i < strings->count; i++)
		length += strlen(strings->items[i]) + gap;
	joined = mem_alloc(length + 1);
	end = joined;
	for (size_t i = 0; i < strings->count; i++) {
		size_t size = strlen(strings->items[i]);

		if (i) {
			memcpy(end, between, gap);
			end += gap;
		}
		memcpy(end, strings->items[i], size);
		end += size;
	}
	return joined;
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
