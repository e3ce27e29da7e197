/* SPDX-License-Identifier: Apache-2.0 */
/* rules: the filter of commits by message and author. */
#include <string.h>

#include "base/mem.h"
#include "git/history/rules.h"

static int add_patterns(
	struct rule *rule, const char *field, const struct strings *patterns, struct err *err)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (regexes_add(&rule->patterns, REGEX_BASIC, patterns->items[i], err) < 0)
			return err_wrap(err, "source.%s[%zu]", field, i);
	return 0;
}

static int add_rule(struct rules *rules, const char *field, const struct strings *patterns,
	struct rule rule, struct err *err)
{
	struct rule *added = &rules->items[rules->count];

	if (!patterns->count)
		return 0;
	*added = rule;
	rules->count++; /* so that it is released, whatever comes */
	return add_patterns(added, field, patterns, err);
}

/* \s is not POSIX; both of the C libraries that these programs are built with know it. */
static int add_skip(struct rules *rules, const struct git_source *source, struct err *err)
{
	static const char *const marks[] = { "\\[ci\\sskip\\]", "\\[skip\\sci\\]" };
	struct rule *rule = &rules->items[rules->count];

	if (source->disable_ci_skip)
		return add_rule(rules, "skip_patterns", &source->skip_patterns,
			(struct rule){ .excludes = true }, err);
	*rule = (struct rule){ .excludes = true };
	rules->count++;
	for (size_t i = 0; i < COUNT(marks); i++)
		if (regexes_add(&rule->patterns, REGEX_BASIC, marks[i], err) < 0)
			return -1;
	return add_patterns(rule, "skip_patterns", &source->skip_patterns, err);
}

int rules_compile(struct rules *rules, const struct git_source *source, struct err *err)
{
	static const struct git_commit_filter none;
	const struct git_commit_filter *filter = source->commit_filter ? source->commit_filter
								       : &none;
	const struct {
		const char *field;
		const struct strings *patterns;
		struct rule rule;
	} all[] = {
		{ "commit_filter.include", &filter->include, { .all = filter->include_all_match } },
		{ "commit_filter.exclude", &filter->exclude,
			{ .all = filter->exclude_all_match, .excludes = true } },
		{ "commit_filter.authors", &filter->authors, { .of_author = true } },
		{ "commit_filter.exclude_authors", &filter->exclude_authors,
			{ .of_author = true, .excludes = true } },
	};

	for (size_t i = 0; i < COUNT(all); i++)
		if (add_rule(rules, all[i].field, all[i].patterns, all[i].rule, err) < 0)
			return -1;
	return add_skip(rules, source, err);
}

static char *author_of(const struct commit *commit)
{
	auto_free char *name = span_copy(commit->author.name);
	auto_free char *mail = span_copy(commit->author.mail);

	return mem_format("%s <%s>", name, mail);
}

static bool match_in_lines(const struct rule *rule, size_t pattern, const char *text)
{
	struct span rest = span_of(text);

	while (rest.length) {
		struct span line = rest;
		auto_free char *copy = NULL;

		if (!span_take_until(&rest, "\n", &line))
			rest.length = 0;
		(void)span_take(&rest, "\n");
		copy = span_copy(line);
		if (regexes_match(&rule->patterns, pattern, copy))
			return true;
	}
	return false;
}

static bool matches(const struct rule *rule, const char *text)
{
	for (size_t i = 0; i < rule->patterns.count; i++)
		if (match_in_lines(rule, i, text) != rule->all)
			return !rule->all;
	return rule->all;
}

/* For git, the empty line before a message is part of it: `^$` matches every one. */
static char *message_of(const struct commit *commit)
{
	auto_free char *message = span_copy(commit->message);

	return mem_format("\n%s", message);
}

/* The texts end at a NUL, as they do for git. */
static bool is_wanted(const struct rules *rules, const struct commit *commit)
{
	auto_free char *message = message_of(commit);
	auto_free char *author = author_of(commit);

	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = &rules->items[i];

		if (matches(rule, rule->of_author ? author : message) == rule->excludes)
			return false;
	}
	return true;
}

static int judge(void *context, const struct history_commit *commits, size_t count, size_t enough,
	bool *wanted, struct err *err)
{
	(void)enough;
	(void)err;
	for (size_t i = 0; i < count; i++)
		wanted[i] = wanted[i] && is_wanted(context, &commits[i].commit);
	return 0;
}

void rules_add(struct history_filters *filters, struct rules *rules)
{
	const struct history_filter filter = { .judge = judge, .context = rules };

	if (rules->count)
		history_filters_add(filters, &filter);
}

void rules_release(struct rules *rules)
{
	for (size_t i = 0; i < rules->count; i++)
		regexes_release(&rules->items[i].patterns);
	*rules = (struct rules){ 0 };
}
