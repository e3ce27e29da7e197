/* SPDX-License-Identifier: Apache-2.0 */
/* send: the commands of a push and the objects that the server lacks for them. */
#include "base/log.h"
#include "git/lfs/lfs.h"
#include "git/lib.h"
#include "git/pack/build.h"
#include "git/push/send.h"

/* What is to be there, and what is there as far as is told. */
static void list(struct oids *wants, struct oids *haves, const struct push_request *request,
	const struct refs *there)
{
	for (size_t i = 0; i < request->count; i++)
		oids_add(wants, &request->commands[i].after);
	for (size_t i = 0; i < there->count; i++)
		oids_add(haves, &there->items[i].oid);
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

static int spool_pack(void *context, struct span bytes, struct err *err)
{
	return spool_add(context, bytes, err);
}

int push_send(struct git_repository *repository, struct remote *remote,
	const struct push_request *request, const struct refs *there, struct err *err)
{
	auto_oids struct oids wants = { 0 }, haves = { 0 }, shallow = { 0 };
	const struct pack_build build = { .wants = &wants, .haves = &haves };
	const struct lfs_push large = { repository, &wants, &haves, request->commands[0].name };
	const struct pack_sink sink = { spool_pack, request->pack };

	list(&wants, &haves, request, there);
	if (lfs_put(&large, remote, err) < 0 ||
		pack_build(repository, &build, &sink, &shallow, err) < 0 ||
		remote_push(remote, request, err) < 0)
		return -1;
	show(request, remote);
	return 0;
}
