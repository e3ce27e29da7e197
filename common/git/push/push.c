/* SPDX-License-Identifier: Apache-2.0 */
/* push: HEAD of a repository on this machine to a branch of the remote. */
#include "base/log.h"
#include "git/lib.h"
#include "git/pack/build.h"
#include "git/push/plan.h"
#include "git/push/push.h"

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

int push_repository(struct oid *head, struct remote *remote, const char *path, const char *branch,
	struct err *err)
{
	auto_git(repository) git_repository *repository = NULL;
	auto_refs struct refs there = { 0 };
	auto_push struct push_request request = { 0 };
	auto_spool struct spool spool;
	const struct push_plan plan = { branch, remote_address(remote), &there };
	struct oid pushed;

	spool_init(&spool);
	if (lib_open(&repository, path, err) < 0 || push_head(&pushed, repository, err) < 0 ||
		remote_refs_for_push(remote, &there, err) < 0 ||
		push_decide(&request, repository, &plan, &pushed, err) < 0)
		return -1;
	if (request.count) {
		request.pack = &spool;
		if (pack_missing(repository, &request, &there, &spool, err) < 0 ||
			remote_push(remote, &request, err) < 0)
			return -1;
		show(&request, remote);
	} else {
		log_info("%s: everything is there already", remote_address(remote));
	}
	*head = pushed;
	return 0;
}
