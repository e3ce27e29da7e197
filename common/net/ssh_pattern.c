/* SPDX-License-Identifier: Apache-2.0 */
/* ssh_pattern: lists of patterns. */
#include "net/ssh_pattern.h"

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same(char a, char b, bool any_case)
{
	return any_case ? lower(a) == lower(b) : a == b;
}

/* `*` is any text, `?` any byte. */
static bool matches(struct span pattern, const char *name, bool any_case)
{
	const char *retry_name = NULL;
	size_t retry = 0;
	size_t at = 0;

	while (*name) {
		if (at < pattern.length && pattern.data[at] == '*') {
			retry = ++at;
			retry_name = name;
		} else if (at < pattern.length &&
			(pattern.data[at] == '?' || same(pattern.data[at], *name, any_case))) {
			at++;
			name++;
		} else if (retry_name) { /* let the last `*` stand for one byte more */
			at = retry;
			name = ++retry_name;
		} else {
			return false;
		}
	}
	while (at < pattern.length && pattern.data[at] == '*')
		at++;
	return at == pattern.length;
}

/* A list of patterns: one must match, and none that begins with `!`. */
bool ssh_pattern_list(struct span list, const char *name, bool any_case)
{
	bool found = false;

	while (list.length) {
		struct span pattern = list;
		bool negated;

		if (span_take_until(&list, ",", &pattern))
			(void)span_take(&list, ",");
		else
			list.length = 0;
		negated = span_take(&pattern, "!");
		if (!matches(pattern, name, any_case))
			continue;
		if (negated)
			return false;
		found = true;
	}
	return found;
}
