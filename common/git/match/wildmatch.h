/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wildmatch: git's globs, for names of tags and branches and for pathspecs.
 *
 * `?`, `*`, `[...]` with ranges, `!` or `^` and classes such as [:digit:], and a backslash before a
 * character that stands for itself. A pattern that is not well formed matches nothing. Bytes, not
 * characters, as git compares them.
 */
#ifndef GIT_MATCH_WILDMATCH_H
#define GIT_MATCH_WILDMATCH_H

#include "base/span.h"

enum wildmatch_mode {
	WILDMATCH_ANY = 0,      /* every wildcard crosses `/` */
	WILDMATCH_PATHNAME = 1, /* only `**` as a whole component does, as in :(glob) */
	WILDMATCH_CASEFOLD = 2, /* ASCII letters of both cases are equal, as in :(icase) */
};

/* Does the pattern match the whole text? (libgit2 has a function named wildmatch.) `modes` are wildmatch_mode's, or-ed. */
bool wildmatch_matches(struct span pattern, struct span text, unsigned int modes);

/* How much of the pattern stands for itself, before the first special character. */
size_t wildmatch_literal(struct span pattern);

#endif
