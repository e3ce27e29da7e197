/* SPDX-License-Identifier: Apache-2.0 */
/* check, git: tagged commits, and tags by themselves. */
#include "check/git.h"
#include "git/history/tagged.h"
#include "git/match/version_order.h"

#define TAGS "refs/tags/"

int check_git_tagged(const struct git_check *check, struct err *err)
{
	const char *name = git_given(check->source->branch);
	auto_strings struct strings prefixes = { 0 };
	auto_branch struct branch branch = { 0 };
	auto_refs struct refs refs = { 0 };
	auto_tags struct tags tags = { 0 };
	struct refs_query more = { .peel = true };
	const struct tagged_query query = {
		.filters = check->filters,
		.version = check->version ? check->version->ref : NULL,
		.commit = check->version ? check->version->commit : NULL,
		.initial = git_given(check->source->initial_version),
		.tip = name ? &branch.tip : NULL,
		.depth = check->source->version_depth,
	};

	selection_prefixes(&check->choice->tags, TAGS, &prefixes);
	more.prefixes = (const char *const *)prefixes.items;
	more.count = prefixes.count;
	if (branch_ask(&branch, check->remote, name, &more, &refs, err) < 0)
		return -1;
	tags_select(&tags, &refs, &check->choice->tags);
	if (tagged_versions(&tags, check->remote, &query, err) < 0)
		return -1;
	for (size_t i = 0; i < tags.count; i++) {
		const struct pair pairs[] = { { "ref", tags.items[i].name },
			{ "commit", tags.items[i].commit.hex } };

		answer_add_version(check->answer, pairs, COUNT(pairs));
	}
	return 0;
}

static int by_version(const void *a, const void *b)
{
	const struct tag *left = a, *right = b;

	return version_order(left->name, right->name);
}

/* Sorted as versions they need not be fetched: their names are all there is to know. */
static int sort(struct tags *tags, const struct git_check *check, struct err *err)
{
	auto_pack_memory struct pack_memory *memory = NULL;

	if (check->choice->by_version) {
		if (tags->count)
			qsort(tags->items, tags->count, sizeof(*tags->items), by_version);
		return 0;
	}
	memory = pack_memory_new();
	return tags_date(tags, check->remote, false, memory, err);
}

int check_git_tags(const struct git_check *check, struct err *err)
{
	const char *given = check->version ? check->version->tag : NULL;
	auto_strings struct strings prefixes = { 0 };
	auto_refs struct refs refs = { 0 };
	auto_tags struct tags tags = { 0 };
	struct refs_query query = { .peel = true };
	const struct tag *first;

	selection_prefixes(&check->choice->tags, TAGS, &prefixes);
	query.prefixes = (const char *const *)prefixes.items;
	query.count = prefixes.count;
	if (remote_refs(check->remote, &query, &refs, err) < 0)
		return -1;
	tags_select(&tags, &refs, &check->choice->tags);
	if (sort(&tags, check, err) < 0)
		return -1;
	first = given ? tags_find(&tags, given) : NULL;
	for (size_t i = first ? (size_t)(first - tags.items) : 0; i < tags.count; i++) {
		const struct pair pairs[] = { { "tag", tags.items[i].name },
			{ "ref", tags.items[i].commit.hex } };

		answer_add_version(check->answer, pairs, COUNT(pairs));
	}
	return 0;
}
