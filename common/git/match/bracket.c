/* SPDX-License-Identifier: Apache-2.0 */
/* bracket: the sets of characters of a glob. */
#include <ctype.h>
#include <string.h>

#include "git/match/bracket.h"

static const struct {
	const char *name;
	int (*has)(int byte);
} classes[] = {
	{ "alnum", isalnum },
	{ "alpha", isalpha },
	{ "blank", isblank },
	{ "cntrl", iscntrl },
	{ "digit", isdigit },
	{ "graph", isgraph },
	{ "lower", islower },
	{ "print", isprint },
	{ "punct", ispunct },
	{ "space", isspace },
	{ "upper", isupper },
	{ "xdigit", isxdigit },
};

struct set {
	unsigned char byte;
	bool fold_case;
	bool found;
};

/* 1 where it is one, 0 where it is not, -1 where no class has that name. */
static int take_class(struct span *rest, struct set *set)
{
	struct span after = *rest, name;

	if (!span_take(&after, "[:") || !span_take_until(&after, "]", &name) ||
		!span_ends(name, ":"))
		return 0;
	name.length--;
	(void)span_take(&after, "]");
	for (size_t i = 0; i < COUNT(classes); i++) {
		if (!span_is(name, classes[i].name))
			continue;
		set->found |= classes[i].has(set->byte) != 0 ||
			(set->fold_case && span_is(name, "upper") && isalpha(set->byte));
		*rest = after;
		return 1;
	}
	return -1;
}

/* A character of a set, perhaps behind a backslash. */
static bool take_member(struct span *rest, unsigned char *member)
{
	struct span byte;

	(void)span_take(rest, "\\");
	if (!span_take_bytes(rest, 1, &byte))
		return false;
	*member = (unsigned char)byte.data[0];
	return true;
}

static bool is_within(int byte, unsigned char first, unsigned char last)
{
	return byte >= first && byte <= last;
}

/* Where case does not count, git folds the text, and so a lone upper case letter matches nothing. */
static bool take_range(struct span *rest, struct set *set)
{
	int byte = set->fold_case ? tolower(set->byte) : set->byte;
	unsigned char first, last;
	struct span after;

	if (!take_member(rest, &first))
		return false;
	after = *rest;
	if (!span_take(&after, "-") || !after.length || span_starts(after, "]")) {
		set->found |= byte == first;
		return true;
	}
	if (!take_member(&after, &last))
		return false;
	*rest = after;
	set->found |= is_within(byte, first, last) ||
		(set->fold_case && is_within(toupper(byte), first, last));
	return true;
}

bool bracket_take(struct span *pattern, unsigned char byte, bool fold_case)
{
	struct span rest = *pattern;
	struct set set = { .byte = byte, .fold_case = fold_case };
	bool negated, first = true;

	(void)span_take(&rest, "[");
	negated = span_take(&rest, "!") || span_take(&rest, "^");
	for (; first || !span_take(&rest, "]"); first = false) {
		int class = take_class(&rest, &set);

		if (class < 0 || (class == 0 && !take_range(&rest, &set)))
			return false;
	}
	if (set.found == negated)
		return false;
	*pattern = rest;
	return true;
}
