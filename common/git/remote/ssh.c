/* SPDX-License-Identifier: Apache-2.0 */
/* ssh: a git server over SSH: its services are commands on one connection. */
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "git/access/address.h"
#include "git/remote/command.h"
#include "git/remote/session.h"

struct ssh_carrier {
	struct access *access;
	struct access_ssh given;
	struct address address;
	char *user;
	struct ssh *ssh;
	struct ssh_exec *exec;
	bool ended; /* the command's output came to its end */
};

static int connect_ssh(struct ssh_carrier *carrier, struct err *err)
{
	const struct http_options tls = access_tls(carrier->access);
	const struct ssh_options options = {
		.host = { carrier->address.host,
			carrier->address.port ? carrier->address.port : SSH_PORT },
		.user = carrier->user,
		.private_key = carrier->given.private_key,
		.passphrase = carrier->given.passphrase,
		.trust = carrier->given.trust,
		.tunnel = access_tunnel(carrier->access),
		.tls = &tls,
		.stall_timeout_ms = GIT_STALL_TIMEOUT_MS,
		.where = carrier->given.where,
	};

	if (carrier->ssh && ssh_is_alive(carrier->ssh))
		return 0;
	ssh_close_pointer(&carrier->ssh);
	return ssh_open(&carrier->ssh, &options, err);
}

static int ssh_begin(void *state, const char *service, struct err *err)
{
	static const char *const version2[] = { "GIT_PROTOCOL", "version=2", NULL };
	struct ssh_carrier *carrier = state;
	auto_free char *path = ssh_quote(carrier->address.path);
	auto_free char *command = mem_format("%s %s", service, path);
	bool ask = strcmp(service, UPLOAD_PACK) == 0 && carrier->access->version == 2;

	carrier->ended = false;
	if (connect_ssh(carrier, err) < 0)
		return -1;
	return ssh_exec_open(&carrier->exec, carrier->ssh, command, ask ? version2 : NULL, err);
}

static long ssh_read(void *state, char *data, size_t size, struct err *err)
{
	struct ssh_carrier *carrier = state;
	long count = ssh_exec_read(carrier->exec, data, size, err);

	carrier->ended |= count == 0;
	return count;
}

static int ssh_write(void *state, struct span bytes, struct err *err)
{
	struct ssh_carrier *carrier = state;

	return ssh_exec_write(carrier->exec, bytes, err);
}

/* A command that ends without an answer says why on its standard error, or by its status. */
static void ssh_explain(void *state, bool begun, struct err *err)
{
	struct ssh_carrier *carrier = state;
	enum err_kind kind = begun ? ERR_REMOTE : ERR_MISSING;
	struct err ignored = { 0 };
	const char *said;
	int status;

	if (!carrier->ended)
		return;
	status = ssh_exec_finish(carrier->exec, &ignored);
	said = ssh_exec_said(carrier->exec);
	if (said)
		(void)err_set(err, kind, "the server says: %s", said);
	else if (status > 0)
		(void)err_set(err, kind, "the server's git ended with status %d", status);
}

static void ssh_end(void *state, bool by_itself)
{
	struct ssh_carrier *carrier = state;
	struct err ignored = { 0 };

	if (by_itself && carrier->exec)
		(void)!ssh_exec_finish(carrier->exec, &ignored);
	ssh_exec_close_pointer(&carrier->exec);
}

static void ssh_free(void *state)
{
	struct ssh_carrier *carrier = state;

	ssh_exec_close(carrier->exec);
	ssh_close(carrier->ssh);
	free(carrier->given.where);
	address_release(&carrier->address);
	free(carrier->user);
	free(carrier);
}

static const struct carrier ssh_carrier = {
	.begin = ssh_begin,
	.read = ssh_read,
	.write = ssh_write,
	.explain = ssh_explain,
	.end = ssh_end,
	.free = ssh_free,
};

/* The uri's user, private_key_user, or who runs this: as ssh does with `User` in its configuration. */
static char *choose_user(const struct address *address, const struct access_ssh *given)
{
	char names[1024];
	struct passwd entry;
	struct passwd *found = NULL;

	if (address->user)
		return mem_copy_string(address->user);
	if (given->user)
		return mem_copy_string(given->user);
	if (getpwuid_r(geteuid(), &entry, names, sizeof(names), &found) == 0 && found)
		return mem_copy_string(entry.pw_name);
	return mem_copy_string("git");
}

static int carrier_open(struct ssh_carrier **opened, struct access *access,
	const struct place *place, struct err *err)
{
	struct ssh_carrier *carrier = mem_alloc(sizeof(*carrier));

	access_warn(access, "core");
	carrier->access = access;
	carrier->given = access_ssh(access, place);
	if (address_parse(&carrier->address, place, err) < 0) {
		ssh_free(carrier);
		return -1;
	}
	carrier->user = choose_user(&carrier->address, &carrier->given);
	*opened = carrier;
	return 0;
}

static int ssh_remote_open(
	void **state, struct access *access, const struct place *place, struct err *err)
{
	struct ssh_carrier *carrier;

	if (carrier_open(&carrier, access, place, err) < 0)
		return -1;
	*state = session_new(&ssh_carrier, carrier, mem_copy_string(carrier->address.shown));
	return 0;
}

static int run(
	struct ssh_carrier *carrier, const char *command, struct buf *answer, struct err *err)
{
	char data[4 * KIB];
	const char *said;
	long count;
	int status;

	if (connect_ssh(carrier, err) < 0 ||
		ssh_exec_open(&carrier->exec, carrier->ssh, command, NULL, err) < 0)
		return -1;
	while ((count = ssh_exec_read(carrier->exec, data, sizeof(data), err)) > 0)
		if (buf_add(answer, data, (size_t)count) < 0)
			return err_set(err, ERR_REMOTE, "the answer is larger than %zu bytes",
				answer->max);
	status = count < 0 ? -1 : ssh_exec_finish(carrier->exec, err);
	if (status <= 0 || status == COMMAND_UNKNOWN)
		return status;
	said = ssh_exec_said(carrier->exec);
	return err_set(err, ERR_REMOTE, "the server ends it with status %d%s%s", status,
		said ? ": " : "", said ? said : "");
}

int remote_command(struct access *access, const struct place *place, const char *program,
	const char *argument, struct buf *answer, struct err *err)
{
	auto_free char *path = NULL;
	auto_free char *command = NULL;
	struct ssh_carrier *carrier;
	int status;

	if (carrier_open(&carrier, access, place, err) < 0)
		return -1;
	path = ssh_quote(carrier->address.path);
	command = mem_format("%s %s %s", program, path, argument);
	status = run(carrier, command, answer, err);
	if (status < 0 && err->kind != ERR_STOPPED)
		(void)err_wrap(err, "%s", carrier->address.shown);
	ssh_free(carrier);
	return status;
}

const struct transport ssh_transport = {
	.open = ssh_remote_open,
	.close = session_close,
	.address = session_address,
	.refs = session_refs,
	.gives_trees = session_gives_trees,
	.takes_names = session_takes_names,
	.fetch = session_fetch,
	.refs_for_push = session_refs_for_push,
	.push = session_push,
};
