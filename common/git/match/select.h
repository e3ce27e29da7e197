/* SPDX-License-Identifier: Apache-2.0 */
/* select: which names of tags or branches count, by globs or by a regular expression. */
#ifndef GIT_MATCH_SELECT_H
#define GIT_MATCH_SELECT_H

#include "base/strings.h"
#include "git/match/regex.h"

/* Everything while both are empty; otherwise what any glob or any expression matches. */
struct selection {
	struct strings globs; /* `*` crosses `/` */
	struct regexes regexes;
};

bool selection_has(const struct selection *selection, const char *name);

/*
 * Append the beginnings, behind `folder` ("refs/tags/"), of all names that can be selected, so that a
 * server is asked for those alone.
 */
void selection_prefixes(
	const struct selection *selection, const char *folder, struct strings *prefixes);

void selection_release(struct selection *selection);
#define auto_selection AUTO(selection_release)

#endif
