/* SPDX-License-Identifier: Apache-2.0 */
/* push: what a put orders, from a repository on this machine to the remote. */
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "git/lib.h"
#include "git/pack/build.h"
#include "git/push/identity.h"
#include "git/push/plan.h"
#include "git/push/push.h"
#include "git/push/tag.h"

/* All that the server does not have, as far as this repository can tell. */
static int pack_missing(git_repository *repository, const struct push_request *request,
	const struct refs *there, struct spool *spool, struct err *err)
{
	auto_oids struct oids wants = { 0 };
	auto_oids struct oids haves = { 0 };
	auto_oids struct oids shallow = { 0 };
	const struct pack_build build = { .wants = &wants, .haves = &haves };
	struct pack_sink sink = spool_sink(spool);

	for (size_t i = 0; i < request->count; i++)
		oids_add(&wants, &request->commands[i].after);
	for (size_t i = 0; i < there->count; i++)
		oids_add(&haves, &there->items[i].oid);
	return pack_build(repository, &build, &sink, &shallow, err);
}

static void show(const struct push_request *request, const struct remote *remote)
{
	log_info("to %s", remote_push_address(remote));
	for (size_t i = 0; i < request->count; i++) {
		const struct push_command *command = &request->commands[i];

		if (oid_is_set(&command->before))
			log_info("   %.7s..%.7s  %s", command->before.hex, command->after.hex,
				command->name);
		else
			log_info(" * new: %.7s  %s", command->after.hex, command->name);
	}
}

static int send(git_repository *repository, struct remote *remote, struct push_request *request,
	const struct refs *there, struct err *err)
{
	if (pack_missing(repository, request, there, request->pack, err) < 0 ||
		remote_push(remote, request, err) < 0)
		return -1;
	show(request, remote);
	return 0;
}

/* The tip of the branch, in the repository; unset where the branch is new. May fetch, after which the
 * refs are asked for again. */
static int find_theirs(struct oid *tip, git_repository *repository, struct remote *remote,
	const struct push_order *order, struct refs *there, struct err *err)
{
	auto_free char *name = mem_format("refs/heads/%s", order->branch);
	const struct ref *ref = refs_find(there, name);
	auto_git(odb) git_odb *odb = NULL;

	*tip = ref ? ref->oid : (struct oid){ 0 };
	if (git_repository_odb(&odb, repository) < 0)
		return lib_error(err, "the objects cannot be read");
	if (!ref || lib_have(odb, tip))
		return 0;
	if (combine_fetch(repository, remote, name, tip, err) < 0)
		return -1;
	refs_release(there);
	if (git_odb_refresh(odb) < 0)
		return lib_error(err, "the objects cannot be read");
	return remote_refs_for_push(remote, there, err);
}

/* What is to be pushed: HEAD, or what it becomes with what the remote's branch has. */
static int combine(struct push_result *result, git_repository *repository, struct remote *remote,
	const struct push_order *order, struct refs *there, struct err *err)
{
	auto_git(signature) git_signature *committer = NULL;
	struct combine combine = {
		.repository = repository,
		.strategy = &order->strategy,
		.branch = order->branch,
		.address = remote_address(remote),
		.ours = result->head,
	};

	result->pushed = result->head;
	if (order->onto == PUSH_AS_IT_IS)
		return 0;
	if (find_theirs(&combine.theirs, repository, remote, order, there, err) < 0 ||
		identity_now(&committer, repository, err) < 0)
		return -1;
	combine.committer = committer;
	if (!oid_is_set(&combine.theirs))
		return 0;
	if (order->onto == PUSH_MERGED)
		return combine_merge(&result->pushed, &combine, err);
	return combine_rebase(&result->pushed, &combine, err);
}

/* From what the remote has to what it shall have. */
static int push_once(struct push_result *result, git_repository *repository, struct remote *remote,
	const struct push_order *order, struct err *err)
{
	auto_refs struct refs there = { 0 };
	auto_spool struct spool spool;
	auto_push struct push_request request = {
		.pack = &spool,
		.atomic = order->atomic,
		.options = order->options,
	};
	const struct push_plan plan = { order, remote_push_address(remote), &there };

	spool_init(&spool);
	if (push_head(&result->head, repository, err) < 0 ||
		remote_refs_for_push(remote, &there, err) < 0 ||
		combine(result, repository, remote, order, &there, err) < 0 ||
		tag_set(repository, order, &result->pushed, err) < 0 ||
		push_decide(&request, repository, &plan, &result->pushed, err) < 0)
		return -1;
	if (request.count)
		return send(repository, remote, &request, &there, err);
	log_info("%s: everything is there already", remote_push_address(remote));
	return 0;
}

/* Whether it can help to look again at what the remote has. */
static bool may_repeat(const struct push_order *order)
{
	return order->branch && (order->force == PUSH_FORCED || order->onto != PUSH_AS_IT_IS);
}

int push_repository(struct push_result *result, struct remote *remote,
	const struct push_order *order, struct err *err)
{
	auto_git(repository) git_repository *repository = NULL;

	if (lib_open(&repository, order->path, err) < 0)
		return -1;
	for (int attempt = 1;; attempt++) {
		if (push_once(result, repository, remote, order, err) == 0)
			return 0;
		if (err->kind != ERR_CONFLICT || !may_repeat(order))
			return -1;
		if (attempt == PUSH_ATTEMPTS)
			return err_wrap(err, "given up after %d attempts", attempt);
		log_info("somebody else was faster: beginning again");
	}
}
