/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules: the filter of commits by message and author, as `git rev-list --grep` and `--author` do it.
 *
 * Patterns are basic regular expressions, or what grep.patternType of source.git_config says, matched
 * against each line of the message, or against
 * "Name <mail>". Nothing of them is ever seen by a shell.
 */
#ifndef GIT_HISTORY_RULES_H
#define GIT_HISTORY_RULES_H

#include "git/history/filter.h"
#include "git/match/regex.h"
#include "git/source.h"

/* include, exclude, authors, exclude_authors, skip_patterns with [ci skip] */
#define RULES_MAX 5

struct rule {
	struct regexes patterns;
	enum regex_kind kind; /* of the patterns */
	bool of_author;       /* not of the message */
	bool all;             /* every pattern must match, on whatever line */
	bool excludes;        /* what matches is no version */
};

struct rules {
	struct rule items[RULES_MAX];
	size_t count;
};

/* Compile what the source says. ERR_CONFIG names the pattern's field. */
MUST_CHECK int rules_compile(struct rules *rules, const struct git_source *source, struct err *err);

/* Add them as a filter, which borrows them; nothing where there are none. */
void rules_add(struct history_filters *filters, struct rules *rules);

void rules_release(struct rules *rules);
#define auto_rules AUTO(rules_release)

#endif
