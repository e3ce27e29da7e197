/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ssh: one authenticated connection to an SSH server, and the commands that run on it.
 *
 * The host's key is judged by ssh_trust.h before anything is said to it. Who connects proves it by a
 * private key in memory; no agent, no file and no password is used. A command is a stream each way;
 * what it writes to its standard error is shown as "remote: ..." lines. Several may run on one
 * connection, one after the other.
 *
 * All waits end early with ERR_STOPPED (base/stop.h). Kinds: ERR_CONFIG the key, its passphrase or
 * the host's key; ERR_AUTH the server does not accept the key; ERR_NETWORK no answer; ERR_REMOTE what
 * answers is not used as SSH wants it. Messages do not name the host where the caller knows it.
 */
#ifndef NET_SSH_H
#define NET_SSH_H

#include "net/socket.h"
#include "net/ssh_trust.h"

struct ssh;
struct ssh_exec;

/* All borrowed during ssh_open only. */
struct ssh_options {
	struct ssh_host host;
	const char *user;
	const struct secret *private_key; /* NULL: the server must ask for none */
	const struct secret *passphrase;  /* of the key; NULL: none */
	struct ssh_trust *trust;
	const struct socket_tunnel *tunnel; /* NULL: none */
	const struct http_options *tls; /* for an https proxy; NULL: the system's certificates */
	int stall_timeout_ms;           /* nothing comes or goes for so long; 0: STALL_TIMEOUT_MS */
	const char *where;              /* "source": put before the names of the fields */
};

MUST_CHECK int ssh_open(struct ssh **ssh, const struct ssh_options *options, struct err *err);
void ssh_close(struct ssh *ssh); /* NULL is fine; close what runs on it before */
void ssh_close_pointer(struct ssh **ssh);
#define auto_ssh AUTO(ssh_close_pointer)

/* Whether another command can be run: nothing was abandoned, nothing broke. */
bool ssh_is_alive(const struct ssh *ssh);

/*
 * Begin a command, as the server's shell reads it. `environment` is a NULL-terminated list of names
 * and values in turn, or NULL; servers may ignore it, and most do.
 */
MUST_CHECK int ssh_exec_open(struct ssh_exec **exec, struct ssh *ssh, const char *command,
	const char *const *environment, struct err *err);

/* Up to `size` bytes of what the command writes: the count, 0 at the end, -1 with err. */
MUST_CHECK long ssh_exec_read(struct ssh_exec *exec, char *data, size_t size, struct err *err);

/* All the bytes, to its standard input. Returns 0, or 1 where the command has ended its output and
 * takes no more: what it wrote says why. */
MUST_CHECK int ssh_exec_write(struct ssh_exec *exec, struct span bytes, struct err *err);

/* What the command last wrote to its standard error that reads like a reason; NULL: nothing. */
const char *ssh_exec_said(const struct ssh_exec *exec);

/*
 * Take what is left of its output and wait for its end. Returns its exit status, 0 to 255, or -1
 * with err where the connection broke or a signal ended the command.
 */
MUST_CHECK int ssh_exec_finish(struct ssh_exec *exec, struct err *err);

/* Abandons the command if it has not finished; NULL is fine. */
void ssh_exec_close(struct ssh_exec *exec);
void ssh_exec_close_pointer(struct ssh_exec **exec);
#define auto_ssh_exec AUTO(ssh_exec_close_pointer)

/* `text` as one word of a POSIX shell: 'it'\''s'. The caller frees. */
MUST_CHECK char *ssh_quote(const char *text);

#endif
