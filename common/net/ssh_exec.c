/* SPDX-License-Identifier: Apache-2.0 */
/* ssh_exec: a command that runs on an SSH connection. */
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "net/ssh_lib.h"

struct ssh_exec {
	struct ssh *ssh;
	LIBSSH2_CHANNEL *channel;
	struct buf line; /* of standard error, until its end comes */
	char *said;
	bool said_reason; /* `said` is a line that begins with ERROR or fatal */
	bool finished;
};

static int open_channel(struct ssh_exec *exec, struct err *err)
{
	struct ssh *ssh = exec->ssh;

	while (!(exec->channel = libssh2_channel_open_session(ssh->session))) {
		if (libssh2_session_last_errno(ssh->session) != LIBSSH2_ERROR_EAGAIN)
			return ssh_fail(ssh, "the server opens no session", err);
		if (ssh_wait(ssh, err) < 0)
			return -1;
	}
	return 0;
}

/* Servers may ignore it, so only a broken connection is a failure. */
static int set_variable(struct ssh_exec *exec, const char *name, const char *value, struct err *err)
{
	int code;

	while ((code = libssh2_channel_setenv_ex(exec->channel, name, (unsigned)strlen(name), value,
			(unsigned)strlen(value))) == LIBSSH2_ERROR_EAGAIN)
		if (ssh_wait(exec->ssh, err) < 0)
			return -1;
	if (exec->ssh->broken)
		return ssh_fail(exec->ssh, "a command cannot be run", err);
	log_debug("ssh: %s=%s is %s", name, value, code ? "ignored" : "set");
	return 0;
}

static int start(struct ssh_exec *exec, const char *command, struct err *err)
{
	int code;

	while ((code = libssh2_channel_process_startup(exec->channel, "exec", sizeof("exec") - 1,
			command, (unsigned)strlen(command))) == LIBSSH2_ERROR_EAGAIN)
		if (ssh_wait(exec->ssh, err) < 0)
			return -1;
	return code ? ssh_fail(exec->ssh, "a command cannot be run", err) : 0;
}

int ssh_exec_open(struct ssh_exec **exec, struct ssh *ssh, const char *command,
	const char *const *environment, struct err *err)
{
	auto_ssh_exec struct ssh_exec *opened = mem_alloc(sizeof(*opened));

	opened->ssh = ssh;
	opened->line = BUF(LIMIT_LOG_LINE / 2);
	if (open_channel(opened, err) < 0)
		return -1;
	for (; environment && environment[0]; environment += 2)
		if (set_variable(opened, environment[0], environment[1], err) < 0)
			return -1;
	log_debug("ssh: running %s", command);
	if (start(opened, command, err) < 0)
		return -1;
	*exec = TAKE(opened);
	return 0;
}

static bool is_reason(struct span line)
{
	static const char *const beginnings[] = { "ERROR", "error:", "fatal:", "FATAL" };

	for (size_t i = 0; i < COUNT(beginnings); i++)
		if (span_starts(line, beginnings[i]))
			return true;
	return false;
}

static bool has_letter(struct span line)
{
	for (size_t i = 0; i < line.length; i++)
		if ((line.data[i] | 0x20) >= 'a' && (line.data[i] | 0x20) <= 'z')
			return true;
	return false;
}

/* Show a line, and keep it where it may say why nothing else came. */
static void end_line(struct ssh_exec *exec)
{
	struct span line = span_trim(buf_span(&exec->line));
	auto_free char *clean = NULL;
	bool reason;

	/* some forges put it there themselves */
	if (span_take(&line, "remote:"))
		line = span_trim(line);
	clean = utf8_clean(line);
	for (char *c = clean; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	if (*clean)
		log_info("remote: %s", clean);
	reason = is_reason(line);
	if (has_letter(line) && (reason || !exec->said_reason)) {
		free(exec->said);
		exec->said = TAKE(clean);
		exec->said_reason = reason;
	}
	buf_clear(&exec->line);
}

static void take_words(struct ssh_exec *exec, struct span words)
{
	for (size_t i = 0; i < words.length; i++) {
		char c = words.data[i];

		if (c == '\n' || c == '\r')
			end_line(exec);
		else if (buf_add(&exec->line, &c, 1) < 0)
			end_line(exec);
	}
}

/* What is there of standard error; unread, it would stop the command. */
static int drain_words(struct ssh_exec *exec, struct err *err)
{
	for (;;) {
		char words[KIB];
		ssize_t count = libssh2_channel_read_ex(
			exec->channel, SSH_EXTENDED_DATA_STDERR, words, sizeof(words));

		if (count == LIBSSH2_ERROR_EAGAIN || count == 0)
			return 0;
		if (count < 0)
			return ssh_fail(exec->ssh, "the connection broke", err);
		take_words(exec, (struct span){ words, (size_t)count });
	}
}

/*
 * Whatever is read from a channel, libssh2 takes all packets that have come and keeps those of the other
 * stream. The socket is silent then, although there is something to read.
 */
static bool has_kept(struct ssh_exec *exec)
{
	unsigned long kept = 0;

	(void)libssh2_channel_window_read_ex(exec->channel, &kept, NULL);
	return kept > 0;
}

long ssh_exec_read(struct ssh_exec *exec, char *data, size_t size, struct err *err)
{
	enum { LOOKS_MAX = 16 }; /* what belongs to no stream that we read must not keep us busy */

	for (int look = 1;; look++) {
		ssize_t count = libssh2_channel_read_ex(exec->channel, 0, data, size);

		if (drain_words(exec, err) < 0)
			return -1;
		if (count > 0)
			return (long)count;
		if (count < 0 && count != LIBSSH2_ERROR_EAGAIN)
			return ssh_fail(exec->ssh, "the connection broke", err);
		if (libssh2_channel_eof(exec->channel))
			return 0;
		if (look < LOOKS_MAX && has_kept(exec))
			continue;
		if (ssh_wait(exec->ssh, err) < 0)
			return -1;
		look = 0;
	}
}

/* libssh2 sends nothing else, not even a window for what it reads, before a packet that was cut. */
static bool is_sending(struct ssh_exec *exec)
{
	return libssh2_session_block_directions(exec->ssh->session) &
		LIBSSH2_SESSION_BLOCK_OUTBOUND;
}

int ssh_exec_write(struct ssh_exec *exec, struct span bytes, struct err *err)
{
	while (bytes.length) {
		ssize_t count = libssh2_channel_write_ex(
			exec->channel, 0, bytes.data, bytes.length);
		struct span written;

		if (count < 0 && count != LIBSSH2_ERROR_EAGAIN)
			return ssh_fail(exec->ssh, "the connection broke", err);
		if (count > 0) {
			(void)span_take_bytes(&bytes, (size_t)count, &written);
			continue;
		}
		if (!is_sending(exec) && drain_words(exec, err) < 0)
			return -1;
		if (!is_sending(exec) && libssh2_channel_wait_eof(exec->channel) == 0)
			return 1;
		/* the room that it waited for may have been among the packets just read */
		if (!is_sending(exec) && libssh2_channel_window_write(exec->channel) > 0)
			continue;
		if (ssh_wait(exec->ssh, err) < 0)
			return -1;
	}
	return 0;
}

const char *ssh_exec_said(const struct ssh_exec *exec)
{
	return exec->said;
}

/* Say that no more input comes, and take the output up to its end. */
static int end_streams(struct ssh_exec *exec, struct err *err)
{
	char rest[KIB];
	long count;
	int code;

	while ((code = libssh2_channel_send_eof(exec->channel)) == LIBSSH2_ERROR_EAGAIN)
		if (ssh_wait(exec->ssh, err) < 0)
			return -1;
	if (code && exec->ssh->broken)
		return ssh_fail(exec->ssh, "the connection broke", err);
	do
		count = ssh_exec_read(exec, rest, sizeof(rest), err);
	while (count > 0);
	return count < 0 ? -1 : 0;
}

static int close_channel(struct ssh_exec *exec, struct err *err)
{
	int code;

	while ((code = libssh2_channel_close(exec->channel)) == LIBSSH2_ERROR_EAGAIN)
		if (ssh_wait(exec->ssh, err) < 0)
			return -1;
	while (!code &&
		(code = libssh2_channel_wait_closed(exec->channel)) == LIBSSH2_ERROR_EAGAIN) {
		if (ssh_wait(exec->ssh, err) < 0)
			return -1;
		code = 0;
	}
	return code ? ssh_fail(exec->ssh, "the command does not end", err) : 0;
}

int ssh_exec_finish(struct ssh_exec *exec, struct err *err)
{
	char *signal = NULL;

	if (end_streams(exec, err) < 0 || close_channel(exec, err) < 0)
		return -1;
	exec->finished = true;
	end_line(exec);
	(void)libssh2_channel_get_exit_signal(exec->channel, &signal, NULL, NULL, NULL, NULL, NULL);
	if (signal) {
		(void)err_set(err, ERR_REMOTE, "the command was ended by SIG%s", signal);
		libssh2_free(exec->ssh->session, signal);
		return -1;
	}
	return libssh2_channel_get_exit_status(exec->channel) & 0xff;
}

void ssh_exec_close(struct ssh_exec *exec)
{
	if (!exec)
		return;
	/* its answers could be taken for those of the next command */
	if (!exec->finished)
		exec->ssh->broken = true;
	if (exec->channel)
		(void)libssh2_channel_free(exec->channel);
	end_line(exec);
	buf_release(&exec->line);
	free(exec->said);
	free(exec);
}

void ssh_exec_close_pointer(struct ssh_exec **exec)
{
	ssh_exec_close(*exec);
	*exec = NULL;
}

char *ssh_quote(const char *text)
{
	auto_buf struct buf quoted = BUF(4 * strlen(text) + 2);
	int full = buf_add_string(&quoted, "'");

	for (; *text; text++)
		full |= *text == '\'' ? buf_add_string(&quoted, "'\\''")
				      : buf_add(&quoted, text, 1);
	full |= buf_add_string(&quoted, "'");
	(void)full; /* the maximum is what the worst text needs */
	return buf_detach(&quoted);
}
