/* SPDX-License-Identifier: Apache-2.0 */
/* push: what a put orders, from a repository on this machine to the remote. */
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "git/lib.h"
#include "git/push/identity.h"
#include "git/push/notes.h"
#include "git/push/plan.h"
#include "git/push/push.h"
#include "git/push/send.h"
#include "git/push/tag.h"

/* A push that fetches in between asks for the refs again. */
static int ask_again(int fetched, struct remote *remote, struct refs *there, struct err *err)
{
	if (fetched <= 0)
		return fetched;
	refs_release(there);
	return remote_refs_for_push(remote, there, err);
}

/* The tip of the branch, in the repository; unset where the branch is new. May fetch, after which the
 * refs are asked for again. */
static int find_theirs(struct oid *tip, git_repository *repository, struct remote *remote,
	const struct push_order *order, struct refs *there, struct err *err)
{
	auto_free char *name = mem_format("refs/heads/%s", order->branch);
	const struct ref *ref = refs_find(there, name);

	*tip = ref ? ref->oid : (struct oid){ 0 };
	if (!ref)
		return 0;
	return ask_again(combine_fetch(repository, remote, name, tip, err), remote, there, err);
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
		identity_now(&committer, repository, order->settings, err) < 0)
		return -1;
	combine.committer = committer;
	if (!oid_is_set(&combine.theirs))
		return 0;
	if (ask_again(combine_fetch_contents(&combine, remote, err), remote, there, err) < 0)
		return -1;
	if (order->onto == PUSH_MERGED)
		return combine_merge(&result->pushed, &combine, err);
	return combine_rebase(&result->pushed, &combine, err);
}

/* The note, once its commit is there; who pushes notes at the same time does so without a word to us. */
static int push_note(const struct push_result *result, git_repository *repository,
	struct remote *remote, const struct push_order *order, struct err *err)
{
	auto_refs struct refs there = { 0 };
	auto_spool struct spool spool;
	auto_push struct push_request request = { .pack = &spool, .options = order->options };

	spool_init(&spool);
	if (remote_refs_for_push(remote, &there, err) < 0 ||
		notes_decide(&request, repository, remote, order, &result->pushed, &there, err) < 0)
		return -1;
	return request.count ? push_send(repository, remote, &request, &there, err) : 0;
}

static int push_notes(const struct push_result *result, git_repository *repository,
	struct remote *remote, const struct push_order *order, struct err *err)
{
	for (int attempt = 1;; attempt++) {
		if (!order->note || push_note(result, repository, remote, order, err) == 0)
			return 0;
		if (err->kind != ERR_CONFLICT)
			return -1;
		if (attempt == PUSH_ATTEMPTS)
			break;
		log_info("somebody else was faster with a note: beginning again");
	}
	err->kind = ERR_REMOTE;
	return err_wrap(err, "the note: given up after %d attempts", PUSH_ATTEMPTS);
}

/* Whether the note can be added, before anything is pushed. */
static int check_note(const struct push_result *result, git_repository *repository,
	struct remote *remote, const struct push_order *order, struct refs *there, struct err *err)
{
	auto_push struct push_request request = { 0 };

	return notes_decide(&request, repository, remote, order, &result->pushed, there, err);
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
		check_note(result, repository, remote, order, &there, err) < 0 ||
		tag_set(repository, order, &result->pushed, err) < 0 ||
		push_decide(&request, repository, &plan, &result->pushed, err) < 0)
		return -1;
	if (request.count)
		return push_send(repository, remote, &request, &there, err);
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

	if (lib_open(&repository, order->path, err) < 0 || lib_without_index(repository, err) < 0)
		return -1;
	for (int attempt = 1;; attempt++) {
		if (push_once(result, repository, remote, order, err) == 0)
			return push_notes(result, repository, remote, order, err);
		if (err->kind != ERR_CONFLICT || !may_repeat(order))
			return -1;
		if (attempt == PUSH_ATTEMPTS)
			return err_wrap(err, "given up after %d attempts", attempt);
		log_info("somebody else was faster: beginning again");
	}
}
