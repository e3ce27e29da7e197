/* SPDX-License-Identifier: Apache-2.0 */
/* choice: what kind of versions a source chooses, and which tags or branches count. */
#include <string.h>

#include "git/history/choice.h"

/* One of two words; the first is meant where it is not set. */
static int read_word(bool *second, const char *field, const char *value, const char *const words[2],
	struct err *err)
{
	if (git_given(value) && strcmp(value, words[0]) != 0 && strcmp(value, words[1]) != 0)
		return err_set(err, ERR_CONFIG, "source.%s: must be '%s' or '%s'", field, words[0],
			words[1]);
	*second = git_given(value) && strcmp(value, words[1]) == 0;
	return 0;
}

static int read_type(enum version_type *type, const char *value, struct err *err)
{
	static const struct {
		const char *name;
		enum version_type type;
	} types[] = {
		{ "commits", VERSIONS_COMMITS },
		{ "tags", VERSIONS_TAGS },
		{ "branches", VERSIONS_BRANCHES },
	};

	if (!git_given(value))
		value = types[0].name;
	for (size_t i = 0; i < COUNT(types); i++) {
		if (strcmp(value, types[i].name) != 0)
			continue;
		*type = types[i].type;
		return 0;
	}
	return err_set(
		err, ERR_CONFIG, "source.version_type: must be 'commits', 'tags' or 'branches'");
}

static int belongs(bool set, const char *field, enum version_type type, enum version_type wanted,
	struct err *err)
{
	if (!set || type == wanted)
		return 0;
	return err_set(err, ERR_CONFIG, "source.%s: is for version_type '%s'", field,
		wanted == VERSIONS_TAGS ? "tags" : "branches");
}

static int check_fields(enum version_type type, const struct git_source *source, struct err *err)
{
	if (belongs(source->tag_filters.count, "tag_filters", type, VERSIONS_TAGS, err) < 0 ||
		belongs(git_given(source->tag_sort) != NULL, "tag_sort", type, VERSIONS_TAGS, err) <
			0 ||
		belongs(source->branch_filters.count, "branch_filters", type, VERSIONS_BRANCHES,
			err) < 0 ||
		belongs(git_given(source->branch_regex) != NULL, "branch_regex", type,
			VERSIONS_BRANCHES, err) < 0)
		return -1;
	if (git_given(source->tag_regex) &&
		(git_given(source->tag_filter) || source->tag_filters.count))
		return err_set(err, ERR_CONFIG,
			"source.tag_regex: cannot be set together with 'tag_filter%s'",
			git_given(source->tag_filter) ? "" : "s");
	if (git_given(source->branch_regex) && source->branch_filters.count)
		return err_set(err, ERR_CONFIG,
			"source.branch_regex: cannot be set together with 'branch_filters'");
	return 0;
}

static int add_regex(struct selection *selection, const char *field, enum regex_kind kind,
	const char *pattern, struct err *err)
{
	if (!git_given(pattern))
		return 0;
	if (regexes_add(&selection->regexes, kind, pattern, err) < 0)
		return err_wrap(err, "source.%s", field);
	return 0;
}

static void add_globs(struct selection *selection, const struct strings *globs)
{
	for (size_t i = 0; i < globs->count; i++)
		strings_add(&selection->globs, span_of(globs->items[i]));
}

/* version_type tags looks for a match anywhere in the name, the others for the whole. */
static int read_selections(struct choice *choice, const struct git_source *source, struct err *err)
{
	enum regex_kind kind = choice->type == VERSIONS_TAGS ? REGEX_EXTENDED : REGEX_WHOLE;

	if (git_given(source->tag_filter))
		strings_add(&choice->tags.globs, span_of(source->tag_filter));
	add_globs(&choice->tags, &source->tag_filters);
	add_globs(&choice->branches, &source->branch_filters);
	if (add_regex(&choice->tags, "tag_regex", kind, source->tag_regex, err) < 0)
		return -1;
	return add_regex(
		&choice->branches, "branch_regex", REGEX_EXTENDED, source->branch_regex, err);
}

int choice_read(struct choice *choice, const struct git_source *source, struct err *err)
{
	static const char *const behaviours[] = { "match_tagged", "match_tag_ancestors" };
	static const char *const orders[] = { "creatordate", "version" };
	bool ancestors;

	if (read_type(&choice->type, source->version_type, err) < 0 ||
		read_word(&ancestors, "tag_behaviour", source->tag_behaviour, behaviours, err) <
			0 ||
		read_word(&choice->by_version, "tag_sort", source->tag_sort, orders, err) < 0 ||
		check_fields(choice->type, source, err) < 0 ||
		read_selections(choice, source, err) < 0)
		return -1;
	if (choice->type == VERSIONS_COMMITS &&
		(choice->tags.globs.count || choice->tags.regexes.count))
		choice->type = ancestors ? VERSIONS_TAG_ANCESTORS : VERSIONS_TAGGED;
	return 0;
}

void choice_release(struct choice *choice)
{
	selection_release(&choice->tags);
	selection_release(&choice->branches);
}
