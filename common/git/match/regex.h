/* SPDX-License-Identifier: Apache-2.0 */
/* regex: POSIX regular expressions of a pipeline, matched against lines. The only includer of regex.h. */
#ifndef GIT_MATCH_REGEX_H
#define GIT_MATCH_REGEX_H

#include "base/err.h"
#include "base/span.h"

enum regex_kind {
	REGEX_BASIC,    /* as `git log --grep` */
	REGEX_EXTENDED, /* as `grep -E` */
	REGEX_WHOLE,    /* as `grep -Ex`: the whole line */
	REGEX_FIXED,    /* as `grep -F`: the text itself */
};

/* An owned list of them; `{ 0 }` is empty. */
struct regexes {
	struct regex *items;
	size_t count;
};

/*
 * Compile and append. A newline in the pattern separates alternatives, as for git and grep. ERR_CONFIG
 * without the pattern's field, which the caller puts in front.
 */
MUST_CHECK int regexes_add(
	struct regexes *regexes, enum regex_kind kind, const char *pattern, struct err *err);

/* Does the one at `index` match a part of the line? */
bool regexes_match(const struct regexes *regexes, size_t index, const char *line);
bool regexes_match_any(const struct regexes *regexes, const char *line);

void regexes_release(struct regexes *regexes);
#define auto_regexes AUTO(regexes_release)

#endif
