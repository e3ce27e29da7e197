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

/* Lock the ref, which must still be what the push was decided on. */
static int prepare(git_repository *repository, git_transaction *transaction,
	const struct push_command *command, struct err *err)
{
	git_oid after = lib_oid(&command->after), id;
	struct oid now = { 0 };
	int status = git_transaction_lock_ref(transaction, command->name);

	if (status == GIT_ELOCKED)
		return err_set(
			err, ERR_CONFLICT, "'%s' is being moved by somebody else", command->name);
	if (status < 0)
		return lib_error(err, "'%s' cannot be moved", command->name);
	if (git_reference_name_to_id(&id, repository, command->name) == 0)
		now = lib_oid_back(&id);
	if (oid_is_set(&now) != oid_is_set(&command->before) ||
		(oid_is_set(&now) && !oid_equal(&now, &command->before)))
		return err_set(err, ERR_CONFLICT, "'%s' was moved by somebody else meanwhile",
			command->name);
	if (git_transaction_set_target(transaction, command->name, &after, NULL, "push") < 0)
		return lib_error(err, "'%s' cannot be moved", command->name);
	return 0;
}

/* All refs or none: no pusher on this machine asks for less. */
static int move(git_repository *repository, const struct push_request *request, struct err *err)
{
	auto_git(transaction) git_transaction *transaction = NULL;

	if (git_transaction_new(&transaction, repository) < 0)
		return lib_error(err, "no ref can be moved");
	for (size_t i = 0; i < request->count; i++)
		if (prepare(repository, transaction, &request->commands[i], err) < 0)
			return -1;
	if (git_transaction_commit(transaction) < 0)
		return lib_error(err, "the refs cannot be moved");
	return 0;
}

int local_push(void *state, const struct push_request *request, struct err *err)
{
	const struct local_remote *remote = state;

	if (request->options && request->options->count)
		return err_set(err, ERR_CONFIG,
			"params.push_options: no hook runs in a repository on this machine");
	for (size_t i = 0; i < request->count; i++)
		if (check_not_checked_out(remote->repository, &request->commands[i], err) < 0)
			return -1;
	if (receive(remote->repository, request->pack, err) < 0)
		return -1;
	return move(remote->repository, request, err);
}
