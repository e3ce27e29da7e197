/* SPDX-License-Identifier: Apache-2.0 */
/* check, git: the commits of a branch, all that are wanted or those that some tag holds. */
#include "base/log.h"
#include "check/git.h"
#include "git/history/newest.h"
#include "git/history/tagged.h"
#include "git/history/versions.h"

static const char *given_ref(const struct git_check *check)
{
	return check->version ? check->version->ref : NULL;
}

static struct history_query query_of(const struct git_check *check)
{
	return (struct history_query){
		.source = check->source,
		.filters = check->filters,
		.version = given_ref(check),
		.initial = git_given(check->source->initial_version),
		.depth = check->source->version_depth,
	};
}

static int add_commits(const struct git_check *check, const struct oid *tip,
	const struct history_query *query, struct err *err)
{
	auto_oids struct oids commits = { 0 };

	if (history_versions(&commits, check->remote, tip, query, err) < 0)
		return -1;
	for (size_t i = 0; i < commits.count; i++) {
		const struct pair pairs[] = { { "ref", commits.items[i].hex } };

		answer_add_version(check->answer, pairs, COUNT(pairs));
	}
	return 0;
}

int check_git_commits(const struct git_check *check, struct err *err)
{
	const char *name = git_given(check->source->branch);
	struct history_query query = query_of(check);
	auto_newest struct newest newest = { 0 };
	auto_branch struct branch branch = { 0 };

	if (newest_ask(&newest, check->remote, &query, name, err) < 0)
		return -1;
	query.newest = &newest.memory;
	if (newest.memory)
		return add_commits(check, &newest.tip, &query, err);
	if (branch_ask(&branch, check->remote, name, NULL, NULL, err) < 0)
		return -1;
	if (!oid_is_set(&branch.tip)) {
		log_warning(
			"%s: the repository is empty: there is no version before its first commit",
			remote_address(check->remote));
		return 0;
	}
	return add_commits(check, &branch.tip, &query, err);
}

int check_git_tag_ancestors(const struct git_check *check, struct err *err)
{
	const char *name = git_given(check->source->branch);
	auto_strings struct strings prefixes = { 0 };
	auto_branch struct branch branch = { 0 };
	auto_refs struct refs refs = { 0 };
	auto_tags struct tags tags = { 0 };
	struct refs_query more = { .peel = true };
	struct oid newest = { 0 };
	struct history_query query;

	selection_prefixes(&check->choice->tags, "refs/tags/", &prefixes);
	more.prefixes = (const char *const *)prefixes.items;
	more.count = prefixes.count;
	if (branch_ask(&branch, check->remote, name, &more, &refs, err) < 0)
		return -1;
	tags_select(&tags, &refs, &check->choice->tags);
	if (!oid_is_set(&branch.tip) || !tags.count)
		return 0;
	if (name && tags_keep_merged(&tags, check->remote, &branch.tip, err) < 0)
		return -1;
	if (tagged_ancestor(&newest, check->remote, &branch.tip, &tags, err) < 0)
		return -1;
	query = query_of(check);
	return oid_is_set(&newest) ? add_commits(check, &newest, &query, err) : 0;
}
