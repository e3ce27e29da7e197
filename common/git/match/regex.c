/* SPDX-License-Identifier: Apache-2.0 */
/* regex: POSIX regular expressions of a pipeline, matched against lines. */
#include <regex.h>
#include <string.h>

#include "base/mem.h"
#include "git/match/regex.h"

struct regex {
	regex_t compiled;
	bool whole;
};

/* The same words with each C library. */
static const char *explain(int status)
{
	static const struct {
		int status;
		const char *words;
	} all[] = {
		{ REG_EBRACK, "a '[' is not closed" },
		{ REG_EPAREN, "a parenthesis is not closed, or not opened" },
		{ REG_EBRACE, "a brace is not closed" },
		{ REG_BADBR, "what stands in braces is no number of times" },
		{ REG_ERANGE, "a range ends before it begins" },
		{ REG_ECTYPE, "a class such as [:digit:] is unknown" },
		{ REG_BADRPT, "there is nothing to repeat" },
		{ REG_EESCAPE, "it ends in a backslash" },
		{ REG_ESUBREG, "it refers to a group that is not there" },
	};

	for (size_t i = 0; i < COUNT(all); i++)
		if (all[i].status == status)
			return all[i].words;
	return "it cannot be read";
}

/* A basic expression that matches this text alone. */
static char *quote(struct span text)
{
	char *quoted = mem_alloc(2 * text.length + 1), *end = quoted;

	for (size_t i = 0; i < text.length; i++) {
		if (memchr("\\.[*^$", text.data[i], 6))
			*end++ = '\\';
		*end++ = text.data[i];
	}
	return quoted;
}

static int add_one(
	struct regexes *regexes, enum regex_kind kind, struct span pattern, struct err *err)
{
	auto_free char *text = kind == REGEX_FIXED ? quote(pattern) : span_copy(pattern);
	bool is_basic = kind == REGEX_BASIC || kind == REGEX_FIXED;
	struct regex added = { .whole = kind == REGEX_WHOLE };
	int status = regcomp(&added.compiled, text, is_basic ? 0 : REG_EXTENDED);

	if (status != 0)
		return err_set(err, ERR_CONFIG, "is not %s regular expression: %s",
			is_basic ? "a basic" : "an extended", explain(status));
	regexes->items = mem_resize(regexes->items, regexes->count + 1, sizeof(*regexes->items));
	regexes->items[regexes->count++] = added;
	return 0;
}

int regexes_add(struct regexes *regexes, enum regex_kind kind, const char *pattern, struct err *err)
{
	struct span rest = span_of(pattern), alternative;

	while (span_take_until(&rest, "\n", &alternative)) {
		(void)span_take(&rest, "\n");
		if (add_one(regexes, kind, alternative, err) < 0)
			return -1;
	}
	return add_one(regexes, kind, rest, err);
}

/* POSIX finds the longest of the leftmost matches: it is the whole line, if any match is. */
bool regexes_match(const struct regexes *regexes, size_t index, const char *line)
{
	const struct regex *regex = &regexes->items[index];
	regmatch_t found;

	if (regexec(&regex->compiled, line, 1, &found, 0) != 0)
		return false;
	return !regex->whole || (found.rm_so == 0 && line[found.rm_eo] == '\0');
}

bool regexes_match_any(const struct regexes *regexes, const char *line)
{
	for (size_t i = 0; i < regexes->count; i++)
		if (regexes_match(regexes, i, line))
			return true;
	return false;
}

void regexes_release(struct regexes *regexes)
{
	for (size_t i = 0; i < regexes->count; i++)
		regfree(&regexes->items[i].compiled);
	free(regexes->items);
	*regexes = (struct regexes){ 0 };
}
