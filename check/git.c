/* SPDX-License-Identifier: Apache-2.0 */
/* check, git: the commits of the branch since the given version, oldest first. */
#include "base/log.h"
#include "check/check.h"
#include "git/history/rules.h"
#include "git/history/versions.h"
#include "git/remote/branch.h"

static void add_commit(struct answer *answer, const struct oid *oid)
{
	const struct pair pairs[] = { { "ref", oid->hex } };

	answer_add_version(answer, pairs, COUNT(pairs));
}

static int check_commits(struct answer *answer, const struct git_source *source,
	const struct git_version *version, struct remote *remote,
	const struct history_filters *filters, struct err *err)
{
	const struct history_query query = {
		.filters = filters,
		.version = version ? version->ref : NULL,
		.initial = source->initial_version,
		.depth = source->version_depth,
	};
	auto_branch struct branch branch = { 0 };
	auto_oids struct oids commits = { 0 };

	if (branch_ask(&branch, remote, source->branch, NULL, NULL, err) < 0)
		return -1;
	if (!oid_is_set(&branch.tip)) {
		log_warning(
			"%s: the repository is empty: there is no version before its first commit",
			remote_address(remote));
		return 0;
	}
	if (history_versions(&commits, remote, &branch.tip, &query, err) < 0)
		return -1;
	for (size_t i = 0; i < commits.count; i++)
		add_commit(answer, &commits.items[i]);
	return 0;
}

int check_git(const struct request *request, struct answer *answer, struct err *err)
{
	const struct git_source *source = request->source;
	auto_remote struct remote *remote = NULL;
	auto_rules struct rules rules = { 0 };
	struct history_filters filters = { 0 };

	if (rules_compile(&rules, source, err) < 0 || remote_open(&remote, source, err) < 0)
		return -1;
	rules_add(&filters, &rules);
	return check_commits(answer, source, request->version, remote, &filters, err);
}
