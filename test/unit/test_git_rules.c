/* SPDX-License-Identifier: Apache-2.0 */
/* rules: which commits are versions by message and author, as `git log --grep` and `--author` say. */
#include "source.h"

#include "git/history/rules.h"

#define FILTER(text) "\"commit_filter\":{" text "}"
#define OFF "\"disable_ci_skip\":true"
#define AUTHOR "\nauthor A U Thor <author@example.com> 1 +0000"
#define T "1111111111111111111111111111111111111111"

/* The source, a message, and whether a commit with it is wanted. */
static const struct row {
	const char *name;
	const char *source;
	const char *message;
	bool wanted;
} rows[] = {
	{ "no filter", "", "feat", true },

	{ "[ci skip]", "", "docs [ci skip]", false },
	{ "[skip ci]", "", "docs [skip ci]", false },
	{ "[ci skip] in the body", "", "docs\n\nlong\n[ci skip]\n", false },
	{ "[ci skip] with a tab", "", "docs [ci\tskip]", false },
	{ "[ci skip] with two blanks", "", "docs [ci  skip]", true },
	{ "[ci skip] on two lines", "", "docs [ci\nskip]", true },
	{ "[ci skip] in other case", "", "docs [CI SKIP]", true },
	{ "[ci-skip]", "", "docs [ci-skip]", true },
	{ "ci skip without brackets", "", "ci skip", true },
	{ "disable_ci_skip", OFF, "docs [ci skip]", true },
	{ "disable_ci_skip as text", "\"disable_ci_skip\":\"true\"", "docs [skip ci]", true },

	{ "skip_patterns", "\"skip_patterns\":[\"^wip\",\"no build\"]", "x\n\nno build", false },
	{ "skip_patterns, one text", "\"skip_patterns\":\"^wip\"", "wip: x", false },
	{ "skip_patterns that are not in it", "\"skip_patterns\":[\"^wip\"]", "x wip", true },
	{ "skip_patterns beside [ci skip]", "\"skip_patterns\":[\"^wip\"]", "x [ci skip]", false },
	{ "skip_patterns without [ci skip]", OFF ",\"skip_patterns\":[\"^wip\"]", "x [ci skip]",
		true },

	{ "include", FILTER("\"include\":[\"^feat\"]"), "feat: x", true },
	{ "include, not there", FILTER("\"include\":[\"^feat\"]"), "fix: x", false },
	{ "include, in a line of the body", FILTER("\"include\":[\"^feat\"]"), "x\n\nfeat: y",
		true },
	{ "include, in the midst of a line", FILTER("\"include\":[\"^feat\"]"), "x feat", false },
	{ "include, other case", FILTER("\"include\":[\"^feat\"]"), "Feat", false },
	{ "include, any of two", FILTER("\"include\":[\"a\",\"b\"]"), "b", true },
	{ "include, all of two", FILTER("\"include\":[\"a\",\"b\"],\"include_all_match\":true"),
		"b", false },
	{ "include, all of two, on two lines",
		FILTER("\"include\":[\"a\",\"b\"],\"include_all_match\":\"true\""), "b\na", true },
	{ "include, null", FILTER("\"include\":null"), "x", true },
	{ "include, none", FILTER("\"include\":[]"), "x", true },
	{ "include, an empty text", FILTER("\"include\":[\"\"]"), "x", true },
	{ "include, an empty text and no message", FILTER("\"include\":[\"\"]"), "", true },

	{ "exclude", FILTER("\"exclude\":[\"^chore\"]"), "chore", false },
	{ "exclude, not there", FILTER("\"exclude\":[\"^chore\"]"), "feat", true },
	{ "exclude, any of two", FILTER("\"exclude\":[\"a\",\"b\"]"), "b", false },
	{ "exclude, all of two", FILTER("\"exclude\":[\"a\",\"b\"],\"exclude_all_match\":true"),
		"b", true },
	{ "exclude, all of two, and both",
		FILTER("\"exclude\":[\"a\",\"b\"],\"exclude_all_match\":true"), "a b", false },
	{ "exclude wins", FILTER("\"include\":[\"a\"],\"exclude\":[\"b\"]"), "a b", false },

	{ "authors by name", FILTER("\"authors\":[\"^A U\"]"), "x", true },
	{ "authors by mail", FILTER("\"authors\":[\"@example\\\\.com>$\"]"), "x", true },
	{ "authors, somebody else", FILTER("\"authors\":[\"^bot\"]"), "x", false },
	{ "authors, any of two", FILTER("\"authors\":[\"^bot\",\"Thor\"]"), "x", true },
	{ "exclude_authors", FILTER("\"exclude_authors\":[\"Thor\"]"), "x", false },
	{ "exclude_authors, somebody else", FILTER("\"exclude_authors\":[\"^bot\"]"), "x", true },
	{ "authors are not looked for in messages", FILTER("\"authors\":[\"feat\"]"), "feat",
		false },
	{ "messages are not looked for in authors", FILTER("\"include\":[\"Thor\"]"), "x", false },
	{ "authors and message", FILTER("\"authors\":[\"Thor\"],\"include\":[\"feat\"]"), "fix",
		false },

	{ "basic: a plus is one", FILTER("\"include\":[\"a+b\"]"), "a+b", true },
	{ "basic: a plus repeats nothing", FILTER("\"include\":[\"a+b\"]"), "aab", false },
	{ "basic: bars are bars", FILTER("\"include\":[\"a|b\"]"), "a", false },
	{ "basic: alternatives", FILTER("\"include\":[\"a\\\\|b\"]"), "b", true },
	{ "basic: a group", FILTER("\"include\":[\"\\\\(ab\\\\)\\\\{2\\\\}\"]"), "abab", true },
	{ "basic: a class", FILTER("\"include\":[\"[[:upper:]]\"]"), "x Y", true },

	{ "a dollar is no variable", FILTER("\"include\":[\"costs $HOME\"]"), "costs $HOME", true },
	{ "a command is a text", FILTER("\"include\":[\"$(id)\"]"), "$(id)", true },
	{ "backticks are a text", FILTER("\"include\":[\"`id`\"]"), "`id`", true },
	{ "a quote is a text", FILTER("\"include\":[\"\\\"\"]"), "say \"x\"", true },
	{ "a run of blanks is one", FILTER("\"include\":[\"a  b\"]"), "a b", false },
	{ "a run of blanks stays", FILTER("\"include\":[\"a  b\"]"), "a  b", true },
	{ "a glob is no file", FILTER("\"include\":[\"/*\"]"), "usr", true },

	{ "grep.patternType extended",
		"\"git_config\":[{\"name\":\"grep.patternType\",\"value\":\"extended\"}]," FILTER(
			"\"include\":[\"^(a|b)+$\"]"),
		"abab", true },
	{ "grep.patternType fixed",
		"\"git_config\":[{\"name\":\"grep.patterntype\",\"value\":\"fixed\"}]," FILTER(
			"\"include\":[\"a.*\"]"),
		"abc", false },
	{ "grep.extendedRegexp",
		"\"git_config\":[{\"name\":\"grep.extendedRegexp\",\"value\":true}]," FILTER(
			"\"include\":[\"a|b\"]"),
		"b", true },
};

static void judged(void **state)
{
	const struct row *row = *state;
	struct git_source source = source_of(row->source);
	auto_free char *text = mem_format("tree " T AUTHOR "\n\n%s", row->message);
	struct history_filters filters = { 0 };
	struct history_commit commit = { 0 };
	auto_rules struct rules rules = { 0 };
	struct err err = { 0 };
	bool wanted = false;

	assert_true(commit_parse(span_of(text), &commit.commit));
	assert_int_equal(rules_compile(&rules, &source, &err), 0);
	rules_add(&filters, &rules);
	assert_int_equal(history_filters_judge(&filters, &commit, 1, 1, &wanted, &err), 0);
	assert_int_equal(wanted, row->wanted);
	schema_release(git_source_fields, &source);
}

static const struct refusal {
	const char *name;
	const char *source;
	const char *message;
} refusals[] = {
	{ "include", FILTER("\"include\":[\"a\",\"\\\\(\"]"),
		"source.commit_filter.include[1]: is not a basic regular expression: a parenthesis is not closed, or not opened" },
	{ "exclude", FILTER("\"exclude\":[\"[a\"]"),
		"source.commit_filter.exclude[0]: is not a basic regular expression: a '[' is not closed" },
	{ "authors", FILTER("\"authors\":[\"[a\"]"),
		"source.commit_filter.authors[0]: is not a basic regular expression: a '[' is not closed" },
	{ "exclude_authors", FILTER("\"exclude_authors\":[\"[a\"]"),
		"source.commit_filter.exclude_authors[0]: is not a basic regular expression: a '[' is not closed" },
	{ "skip_patterns", "\"skip_patterns\":[\"[a\"]",
		"source.skip_patterns[0]: is not a basic regular expression: a '[' is not closed" },
	{ "grep.patternType", "\"git_config\":[{\"name\":\"grep.patternType\",\"value\":\"perl\"}]",
		"source.git_config: grep.patternType must be basic, extended, fixed or default" },
};

static void refused(void **state)
{
	const struct refusal *row = *state;
	struct git_source source = source_of(row->source);
	auto_rules struct rules rules = { 0 };
	struct err err = { 0 };

	assert_failed(rules_compile(&rules, &source, &err), &err, ERR_CONFIG, row->message);
	schema_release(git_source_fields, &source);
}

int main(void)
{
	UNIT_ROWS(judged, rows);
	UNIT_ROWS(refused, refusals);
	return unit_run();
}
