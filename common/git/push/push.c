/* SPDX-License-Identifier: Apache-2.0 */
/* push: what a put orders, from a repository on this machine to the remote. */
#include "base/limits.h"
#include "base/log.h"
#include "git/lib.h"
#include "git/pack/build.h"
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
	log_info("to %s", remote_address(remote));
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

/* From what the remote has to what it shall have. */
static int push_once(struct oid *pushed, git_repository *repository, struct remote *remote,
	const struct push_order *order, struct err *err)
{
	auto_refs struct refs there = { 0 };
	auto_spool struct spool spool;
	auto_push struct push_request request = {
		.pack = &spool,
		.atomic = order->atomic,
		.options = order->options,
	};
	const struct push_plan plan = { order, remote_address(remote), &there };

	spool_init(&spool);
	if (push_head(pushed, repository, err) < 0 ||
		remote_refs_for_push(remote, &there, err) < 0 ||
		tag_set(repository, order, pushed, err) < 0 ||
		push_decide(&request, repository, &plan, pushed, err) < 0)
		return -1;
	if (request.count)
		return send(repository, remote, &request, &there, err);
	log_info("%s: everything is there already", remote_address(remote));
	return 0;
}

/* Whether it can help to look again at what the remote has. */
static bool may_repeat(const struct push_order *order)
{
	return order->branch && order->force == PUSH_FORCED;
}

int push_repository(
	struct oid *pushed, struct remote *remote, const struct push_order *order, struct err *err)
{
	auto_git(repository) git_repository *repository = NULL;

	if (lib_open(&repository, order->path, err) < 0)
		return -1;
	for (int attempt = 1;; attempt++) {
		if (push_once(pushed, repository, remote, order, err) == 0)
			return 0;
		if (err->kind != ERR_CONFLICT || !may_repeat(order))
			return -1;
		if (attempt == PUSH_ATTEMPTS)
			return err_wrap(err, "given up after %d attempts", attempt);
		log_info("somebody else was faster: beginning again");
	}
}
