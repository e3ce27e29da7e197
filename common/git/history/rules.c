/* SPDX-License-Identifier: Apache-2.0 */
/* rules: the filter of commits by message and author. */
#include <string.h>

#include "base/mem.h"
#include "git/history/rules.h"
#include "git/setting.h"

static int add_patterns(
	struct rule *rule, const char *field, const struct strings *patterns, struct err *err)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (regexes_add(&rule->patterns, rule->kind, patterns->items[i], err) < 0)
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

/* As git reads grep.patternType and, where that says nothing, grep.extendedRegexp. */
static int read_kind(enum regex_kind *kind, const struct list *settings, struct err *err)
{
	static const struct {
		const char *word;
		enum regex_kind kind;
	} types[] = { { "basic", REGEX_BASIC }, { "extended", REGEX_EXTENDED },
		{ "fixed", REGEX_FIXED } };
	const struct git_setting *type = settings_find(settings, "grep", "patterntype");
	const struct git_setting *extended = settings_find(settings, "grep", "extendedregexp");
	bool is_extended = false;

	for (size_t i = 0; type && i < COUNT(types); i++)
		if (strcmp(setting_value(type), types[i].word) == 0) {
			*kind = types[i].kind;
			return 0;
		}
	if (type && strcmp(setting_value(type), "default") != 0)
		return err_set(err, ERR_CONFIG,
			"source.git_config: grep.patternType must be basic, extended, fixed or default");
	if (extended && setting_bool(extended, &is_extended, err) < 0)
		return -1;
	*kind = is_extended ? REGEX_EXTENDED : REGEX_BASIC;
	return 0;
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

	enum regex_kind kind = REGEX_BASIC;

	if (read_kind(&kind, &source->git_config, err) < 0)
		return -1;
	for (size_t i = 0; i < COUNT(all); i++) {
		struct rule rule = all[i].rule;

		rule.kind = kind;
		if (add_rule(rules, all[i].field, all[i].patterns, rule, err) < 0)
			return -1;
	}
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
