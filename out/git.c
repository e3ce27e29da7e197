/* SPDX-License-Identifier: Apache-2.0 */
/* out, git: HEAD of a repository of the build to the branch. */
#include "git/facts/facts.h"
#include "git/push/folder.h"
#include "git/push/push.h"
#include "out/out.h"

static int tell(const char *path, const struct oid *head, struct answer *answer, struct err *err)
{
	auto_facts struct facts facts = { 0 };
	const struct pair version[] = { { "ref", head->hex } };

	if (facts_collect(&facts, path, head, err) < 0)
		return -1;
	answer_add_version(answer, version, COUNT(version));
	facts_add_metadata(&facts, answer);
	return 0;
}

int out_git(const struct request *request, struct answer *answer, struct err *err)
{
	const struct git_source *source = request->source;
	const struct git_put *params = request->params;
	auto_remote struct remote *remote = NULL;
	auto_free char *path = NULL;
	struct oid head;

	if (!source->branch)
		return err_set(err, ERR_CONFIG, "source.branch: is required for a put");
	if (push_folder(&path, request->dir, params->repository, err) < 0 ||
		remote_open(&remote, source, err) < 0)
		return -1;
	if (push_repository(&head, remote, path, source->branch, err) < 0)
		return -1;
	return tell(path, &head, answer, err);
}
