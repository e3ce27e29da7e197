/* SPDX-License-Identifier: Apache-2.0 */
/* local_push: refs and objects into a repository on this machine. */
#include "base/limits.h"
#include "base/mem.h"
#include "git/lib.h"
#include "git/pack/receive.h"
#include "git/remote/local.h"

/* As git's receive.denyCurrentBranch: the files of a working tree would no longer be those of HEAD. */
static int check_not_checked_out(
	git_repository *repository, const struct push_command *command, struct err *err)
{
	auto_git(reference) git_reference *head = NULL;

	if (git_repository_is_bare(repository) ||
		git_reference_lookup(&head, repository, "HEAD") < 0 ||
		!git_reference_symbolic_target(head) ||
		!span_is(span_of(command->name), git_reference_symbolic_target(head)))
		return 0;
	return err_set(err, ERR_REMOTE,
		"'%s' is checked out there: push to a bare repository or to another branch",
		command->name);
}

static int receive(git_repository *repository, struct spool *pack, struct err *err)
{
	auto_free char *folder = mem_format("%sobjects/pack", git_repository_commondir(repository));
	auto_pack_receiver struct pack_receiver *receiver = NULL;
	struct pack_sink sink;
	uint64_t objects;

	if (pack_receiver_new(&receiver, folder, err) < 0)
		return -1;
	sink = pack_receiver_sink(receiver);
	for (;;) {
		char data[64 * KIB];
		long count = spool_read(pack, data, sizeof(data), err);

		if (count < 0)
			return -1;
		if (count == 0)
			break;
		if (pack_sink_take(&sink, (struct span){ data, (size_t)count }, err) < 0)
			return -1;
	}
	return pack_receiver_finish(receiver, &objects, err);
}

/* Only where the ref is still what the push was decided on. */
static int move(git_repository *repository, const struct push_command *command, struct err *err)
{
	auto_git(reference) git_reference *reference = NULL;
	git_oid before = lib_oid(&command->before), after = lib_oid(&command->after);
	int status = oid_is_set(&command->before)
		? git_reference_create_matching(
			  &reference, repository, command->name, &after, 1, &before, "push")
		: git_reference_create(&reference, repository, command->name, &after, 0, "push");

	if (status == GIT_EMODIFIED || status == GIT_EEXISTS)
		return err_set(err, ERR_CONFLICT, "'%s' was moved by somebody else meanwhile",
			command->name);
	if (status < 0)
		return lib_error(err, "'%s' cannot be moved", command->name);
	return 0;
}

int local_push(void *state, const struct push_request *request, struct err *err)
{
	const struct local_remote *remote = state;

	for (size_t i = 0; i < request->count; i++)
		if (check_not_checked_out(remote->repository, &request->commands[i], err) < 0)
			return -1;
	if (receive(remote->repository, request->pack, err) < 0)
		return -1;
	for (size_t i = 0; i < request->count; i++)
		if (move(remote->repository, &request->commands[i], err) < 0)
			return -1;
	return 0;
}
