/* SPDX-License-Identifier: Apache-2.0 */
/* wildmatch: git's globs, without recursion: the last `*` and the last `**` are all there is to go back to. */
#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "git/match/bracket.h"
#include "git/match/wildmatch.h"

/* Where to go on, when what follows a star did not match: with the star one longer. */
struct star {
	bool set;
	bool whole_components; /* of a double star with a slash behind it */
	size_t pattern;        /* what follows the star */
	size_t text;           /* up to where the star reaches */
};

struct match {
	struct span pattern, text;
	unsigned int modes;
	size_t p, t;
	struct star shallow; /* does not cross a slash */
	struct star deep;
};

static bool at(const struct match *match, size_t p, char wanted)
{
	return p < match->pattern.length && match->pattern.data[p] == wanted;
}

static bool is_pathname(const struct match *match)
{
	return (match->modes & WILDMATCH_PATHNAME) != 0;
}

/* `**` that is a whole component: behind a slash or the start, and before a slash or the end. */
static bool is_component(const struct match *match, size_t start, size_t end)
{
	return end - start > 1 && (start == 0 || match->pattern.data[start - 1] == '/') &&
		(end == match->pattern.length || at(match, end, '/') ||
			(at(match, end, '\\') && at(match, end + 1, '/')));
}

static void take_star(struct match *match)
{
	size_t start = match->p;
	struct star star = { .set = true, .text = match->t };

	while (at(match, match->p, '*'))
		match->p++;
	star.pattern = match->p;
	if (is_pathname(match) && !is_component(match, start, match->p)) {
		match->shallow = star;
		return;
	}
	if (is_pathname(match) && at(match, match->p, '/')) {
		star.whole_components = true;
		star.pattern = ++match->p; /* it may stand for no component at all */
	}
	match->deep = star;
	match->shallow.set = false;
}

static bool lengthen_shallow(struct match *match)
{
	struct star *star = &match->shallow;

	if (!star->set || star->text >= match->text.length || match->text.data[star->text] == '/')
		return false;
	match->p = star->pattern;
	match->t = ++star->text;
	return true;
}

static bool lengthen_deep(struct match *match)
{
	struct star *star = &match->deep;
	size_t left = match->text.length - star->text;
	const char *slash = NULL;

	if (!star->set || left == 0)
		return false;
	if (star->whole_components) {
		slash = memchr(match->text.data + star->text, '/', left);
		if (!slash)
			return false;
	}
	star->text = slash ? (size_t)(slash - match->text.data) + 1 : star->text + 1;
	match->shallow.set = false;
	match->p = star->pattern;
	match->t = star->text;
	return true;
}

static unsigned char fold(const struct match *match, char byte)
{
	unsigned char value = (unsigned char)byte;

	return (match->modes & WILDMATCH_CASEFOLD) ? (unsigned char)tolower(value) : value;
}

static bool take_literal(struct match *match)
{
	if (match->p >= match->pattern.length ||
		fold(match, match->pattern.data[match->p]) !=
			fold(match, match->text.data[match->t]))
		return false;
	match->p++;
	match->t++;
	return true;
}

static bool take_bracket(struct match *match)
{
	struct span rest = { match->pattern.data + match->p, match->pattern.length - match->p };
	unsigned char byte = (unsigned char)match->text.data[match->t];

	if (!bracket_take(&rest, byte, (match->modes & WILDMATCH_CASEFOLD) != 0) ||
		(is_pathname(match) && byte == '/'))
		return false;
	match->p = match->pattern.length - rest.length;
	match->t++;
	return true;
}

/* One piece of the pattern, and what it stands for. */
static bool take(struct match *match)
{
	if (at(match, match->p, '*')) {
		take_star(match);
		return true;
	}
	if (match->t == match->text.length)
		return false;
	if (at(match, match->p, '?')) {
		if (is_pathname(match) && match->text.data[match->t] == '/')
			return false;
		match->p++;
		match->t++;
		return true;
	}
	if (at(match, match->p, '['))
		return take_bracket(match);
	if (at(match, match->p, '\\'))
		match->p++;
	return take_literal(match);
}

bool wildmatch_matches(struct span pattern, struct span text, unsigned int modes)
{
	struct match match = { .pattern = pattern, .text = text, .modes = modes };

	for (;;) {
		if (match.p == pattern.length && match.t == text.length)
			return true;
		if (!take(&match) && !lengthen_shallow(&match) && !lengthen_deep(&match))
			return false;
	}
}

size_t wildmatch_literal(struct span pattern)
{
	auto_free char *text = span_copy(pattern);

	return strcspn(text, "*?[\\");
}
