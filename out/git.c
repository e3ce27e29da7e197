/* SPDX-License-Identifier: Apache-2.0 */
/* out, git: what params of put order, to the remote. */
#include "git/facts/facts.h"
#include "git/push/push.h"
#include "out/out.h"

/* With params.branch the version names the branch too, so that the get after it takes that one. */
static int tell(const struct push_order *order, const struct push_result *result,
	const char *branch, struct answer *answer, struct err *err)
{
	auto_facts struct facts facts = { 0 };
	const struct oid *ref = order->unmerged ? &result->head : &result->pushed;
	const struct pair version[] = { { "branch", branch }, { "ref", ref->hex } };
	size_t skipped = branch && *branch ? 0 : 1;

	if (facts_collect(&facts, order->path, &result->pushed, err) < 0)
		return -1;
	answer_add_version(answer, version + skipped, COUNT(version) - skipped);
	facts_add_metadata(&facts, answer);
	return 0;
}

int out_git(const struct request *request, struct answer *answer, struct err *err)
{
	const struct git_source *source = request->source;
	const struct git_put *params = request->params;
	auto_push_order struct push_order order = { 0 };
	auto_access struct access access = { 0 };
	auto_remote struct remote *remote = NULL;
	struct push_result result;

	if (push_order_read(&order, source, params, request->dir, err) < 0 ||
		access_open(&access, source, err) < 0 ||
		remote_open_origin(&remote, &access, err) < 0 ||
		push_repository(&result, remote, &order, err) < 0)
		return -1;
	return tell(&order, &result, params->branch, answer, err);
}
