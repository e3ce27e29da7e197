/* SPDX-License-Identifier: Apache-2.0 */
/* choice: what kind of versions a source chooses, and which names of tags and branches count. */
#include "source.h"

#include "git/history/choice.h"

#define TAGS "\"version_type\":\"tags\""
#define BRANCHES "\"version_type\":\"branches\""

/* Of these names, those that count. */
static const char *const names[] = { "1.0", "11.0", "a/v1", "v1.0", "v1.0-rc1", "V2" };

static const struct row {
	const char *name;
	const char *source;
	enum version_type type;
	const char *tags;
	const char *branches;
	bool by_version;
} rows[] = {
	{ "nothing said", "", VERSIONS_COMMITS, "all", "all" },
	{ "commits", "\"version_type\":\"commits\"", VERSIONS_COMMITS, "all", "all" },
	{ "an empty type", "\"version_type\":\"\"", VERSIONS_COMMITS, "all", "all" },
	{ "a behaviour without tags", "\"tag_behaviour\":\"match_tag_ancestors\"", VERSIONS_COMMITS,
		"all", "all" },
	{ "tag_filter", "\"tag_filter\":\"v*\"", VERSIONS_TAGGED, "v1.0 v1.0-rc1", "all" },
	{ "tag_filter crosses slashes", "\"tag_filter\":\"*v1*\"", VERSIONS_TAGGED,
		"a/v1 v1.0 v1.0-rc1", "all" },
	{ "tag_filter is the whole name", "\"tag_filter\":\"1.0\"", VERSIONS_TAGGED, "1.0", "all" },
	{ "tag_filter is no command", "\"tag_filter\":\"$(echo v1.0)\"", VERSIONS_TAGGED, "",
		"all" },
	{ "tag_regex is the whole name", "\"tag_regex\":\"1.0\"", VERSIONS_TAGGED, "1.0", "all" },
	{ "tag_regex is extended", "\"tag_regex\":\"v?(1|2)[.]0(-rc[0-9]+)?\"", VERSIONS_TAGGED,
		"1.0 v1.0 v1.0-rc1", "all" },
	{ "tag_regex is no command", "\"tag_regex\":\"`echo v1.0`\"", VERSIONS_TAGGED, "", "all" },
	{ "match_tagged", "\"tag_filter\":\"v*\",\"tag_behaviour\":\"match_tagged\"",
		VERSIONS_TAGGED, "v1.0 v1.0-rc1", "all" },
	{ "match_tag_ancestors", "\"tag_filter\":\"v*\",\"tag_behaviour\":\"match_tag_ancestors\"",
		VERSIONS_TAG_ANCESTORS, "v1.0 v1.0-rc1", "all" },
	{ "tags", TAGS, VERSIONS_TAGS, "all", "all" },
	{ "tags by date", TAGS ",\"tag_sort\":\"creatordate\"", VERSIONS_TAGS, "all", "all" },
	{ "tags by version", TAGS ",\"tag_sort\":\"version\"", VERSIONS_TAGS, "all", "all", true },
	{ "tag_filters", TAGS ",\"tag_filters\":[\"1.*\",\"V*\"]", VERSIONS_TAGS, "1.0 V2", "all" },
	{ "tag_filters and tag_filter", TAGS ",\"tag_filters\":[\"1.*\"],\"tag_filter\":\"V*\"",
		VERSIONS_TAGS, "1.0 V2", "all" },
	{ "tags by tag_regex, a part of the name", TAGS ",\"tag_regex\":\"1[.]0\"", VERSIONS_TAGS,
		"1.0 11.0 v1.0 v1.0-rc1", "all" },
	{ "branches", BRANCHES, VERSIONS_BRANCHES, "all", "all" },
	{ "branch_filters", BRANCHES ",\"branch_filters\":[\"a*\",\"V*\"]", VERSIONS_BRANCHES,
		"all", "a/v1 V2" },
	{ "branch_filters, one text", BRANCHES ",\"branch_filters\":\"a*\"", VERSIONS_BRANCHES,
		"all", "a/v1" },
	{ "branch_regex, a part of the name", BRANCHES ",\"branch_regex\":\"/v|^1\"",
		VERSIONS_BRANCHES, "all", "1.0 11.0 a/v1" },
};

static char *chosen(const struct selection *selection)
{
	auto_strings struct strings found = { 0 };

	for (size_t i = 0; i < COUNT(names); i++)
		if (selection_has(selection, names[i]))
			strings_add(&found, span_of(names[i]));
	return found.count == COUNT(names) ? mem_copy_string("all") : strings_join(&found, " ");
}

static void read(void **state)
{
	const struct row *row = *state;
	struct git_source source = source_of(row->source);
	auto_choice struct choice choice = { 0 };
	auto_free char *tags = NULL, *branches = NULL;
	struct err err = { 0 };

	assert_int_equal(choice_read(&choice, &source, &err), 0);
	assert_int_equal(choice.type, row->type);
	assert_int_equal(choice.by_version, row->by_version);
	tags = chosen(&choice.tags);
	branches = chosen(&choice.branches);
	assert_string_equal(tags, row->tags);
	assert_string_equal(branches, row->branches);
	schema_release(git_source_fields, &source);
}

static const struct refusal {
	const char *name;
	const char *source;
	const char *message;
} refusals[] = {
	{ "a type that is none", "\"version_type\":\"tag\"",
		"source.version_type: must be 'commits', 'tags' or 'branches'" },
	{ "a behaviour that is none", "\"tag_behaviour\":\"match\"",
		"source.tag_behaviour: must be 'match_tagged' or 'match_tag_ancestors'" },
	{ "an order that is none", TAGS ",\"tag_sort\":\"name\"",
		"source.tag_sort: must be 'creatordate' or 'version'" },
	{ "tag_filter and tag_regex", "\"tag_filter\":\"a\",\"tag_regex\":\"b\"",
		"source.tag_regex: cannot be set together with 'tag_filter'" },
	{ "tag_filters and tag_regex", TAGS ",\"tag_filters\":[\"a\"],\"tag_regex\":\"b\"",
		"source.tag_regex: cannot be set together with 'tag_filters'" },
	{ "branch_filters and branch_regex",
		BRANCHES ",\"branch_filters\":[\"a\"],\"branch_regex\":\"b\"",
		"source.branch_regex: cannot be set together with 'branch_filters'" },
	{ "tag_filters of commits", "\"tag_filters\":[\"a\"]",
		"source.tag_filters: is for version_type 'tags'" },
	{ "tag_sort of commits", "\"tag_sort\":\"version\"",
		"source.tag_sort: is for version_type 'tags'" },
	{ "branch_filters of tags", TAGS ",\"branch_filters\":[\"a\"]",
		"source.branch_filters: is for version_type 'branches'" },
	{ "branch_regex of commits", "\"branch_regex\":\"a\"",
		"source.branch_regex: is for version_type 'branches'" },
};

static void refused(void **state)
{
	const struct refusal *row = *state;
	struct git_source source = source_of(row->source);
	auto_choice struct choice choice = { 0 };
	struct err err = { 0 };

	assert_failed(choice_read(&choice, &source, &err), &err, ERR_CONFIG, row->message);
	schema_release(git_source_fields, &source);
}

int main(void)
{
	UNIT_ROWS(read, rows);
	UNIT_ROWS(refused, refusals);
	return unit_run();
}
