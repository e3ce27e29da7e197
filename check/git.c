/* SPDX-License-Identifier: Apache-2.0 */
/* check, git: the commits of the branch since the given version, oldest first. */
#include "base/log.h"
#include "check/check.h"
#include "git/history/since.h"
#include "git/remote/branch.h"

static void add_commit(struct answer *answer, const struct oid *oid)
{
	const struct pair pairs[] = { { "ref", oid->hex } };

	answer_add_version(answer, pairs, COUNT(pairs));
}

int check_git(const struct request *request, struct answer *answer, struct err *err)
{
	const struct git_source *source = request->source;
	const struct git_version *version = request->version;
	auto_remote struct remote *remote = NULL;
	auto_branch struct branch branch = { 0 };
	auto_oids struct oids commits = { 0 };

	if (remote_open(&remote, source, err) < 0 ||
		branch_ask(&branch, remote, source->branch, NULL, NULL, err) < 0)
		return -1;
	if (!oid_is_set(&branch.tip)) {
		log_warning(
			"%s: the repository is empty: there is no version before its first commit",
			remote_address(remote));
		return 0;
	}
	if (history_since(&commits, remote, &branch.tip, version ? version->ref : NULL, err) < 0)
		return -1;
	for (size_t i = 0; i < commits.count; i++)
		add_commit(answer, &commits.items[i]);
	return 0;
}
