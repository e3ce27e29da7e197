/* SPDX-License-Identifier: Apache-2.0 */
/* ssh: connecting, and whom we are connected to. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/secret.h"
#include "net/ssh_lib.h"

/* What is offered for each type of key, in our order of liking. */
static const struct {
	const char *type;
	const char *algorithms;
} key_types[] = {
	{ "ssh-ed25519", "ssh-ed25519" },
	{ "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256" },
	{ "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384" },
	{ "ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521" },
	{ "ssh-rsa", "rsa-sha2-512,rsa-sha2-256,ssh-rsa" },
};

static long mark_broken(struct ssh *ssh, long count)
{
	if (count == SOCKET_AGAIN)
		return -EAGAIN;
	if (count != SOCKET_BROKEN)
		return count;
	ssh->broken = true;
	return -ECONNRESET;
}

static LIBSSH2_RECV_FUNC(on_receive)
{
	struct ssh *ssh = *abstract;
	long count;

	(void)socket;
	(void)flags;
	if (ssh->broken)
		return -ECONNRESET;
	count = socket_take(ssh->socket, buffer, length);
	ssh->broken |= count == 0;
	return mark_broken(ssh, count);
}

static LIBSSH2_SEND_FUNC(on_send)
{
	struct ssh *ssh = *abstract;

	(void)socket;
	(void)flags;
	if (ssh->broken)
		return -ECONNRESET;
	return mark_broken(ssh, socket_give(ssh->socket, (struct span){ buffer, length }));
}

int ssh_wait(struct ssh *ssh, struct err *err)
{
	int ways = libssh2_session_block_directions(ssh->session);
	bool to_give = ways & LIBSSH2_SESSION_BLOCK_OUTBOUND;
	int64_t left = ssh->stall_timeout_ms;
	int status;

	if (ssh->deadline_ms)
		left = ssh->deadline_ms - clock_monotonic_ms();
	if (left <= 0)
		return err_set(err, ERR_NETWORK, "the SSH server does not answer");
	status = socket_wait(ssh->socket, !to_give || ways & LIBSSH2_SESSION_BLOCK_INBOUND, to_give,
		(int)left, err);
	if (status < 0 && ssh->deadline_ms && err->kind == ERR_REMOTE)
		err->kind = ERR_NETWORK; /* it was not there yet: another attempt may help */
	return status;
}

int ssh_fail(struct ssh *ssh, const char *what, struct err *err)
{
	char *reason = NULL;

	if (ssh->broken)
		return err_set(err, ERR_NETWORK, "%s: the server closed the connection", what);
	(void)libssh2_session_last_error(ssh->session, &reason, NULL, 0);
	return err_set(
		err, ERR_REMOTE, "%s: %s", what, reason && *reason ? reason : "no reason known");
}

/* What the library has at hand may be a key, or be encrypted by one. */
static LIBSSH2_ALLOC_FUNC(on_alloc)
{
	(void)abstract;
	return malloc(count);
}

static LIBSSH2_FREE_FUNC(on_free)
{
	(void)abstract;
	secret_memory_free(ptr);
}

static LIBSSH2_REALLOC_FUNC(on_realloc)
{
	(void)abstract;
	return secret_memory_resize(ptr, count);
}

static int begin_session(struct ssh *ssh, struct err *err)
{
	ssh->session = libssh2_session_init_ex(on_alloc, on_free, on_realloc, ssh);
	if (!ssh->session)
		return err_set(err, ERR_INTERNAL, "libssh2 cannot begin");
	libssh2_session_set_blocking(ssh->session, 0);
	ssh_set_callback(ssh->session, LIBSSH2_CALLBACK_RECV, (ssh_callback *)on_receive);
	ssh_set_callback(ssh->session, LIBSSH2_CALLBACK_SEND, (ssh_callback *)on_send);
	return 0;
}

static int new_connection(struct ssh **ssh, const struct ssh_options *options, struct err *err)
{
	auto_ssh struct ssh *opened = mem_alloc(sizeof(*opened));
	const struct socket_options socket = {
		.host = options->host.name,
		.port = options->host.port,
		.tunnel = options->tunnel,
		.tls = options->tls,
	};

	if (socket_open(&opened->socket, &socket, err) < 0 || begin_session(opened, err) < 0)
		return -1;
	opened->stall_timeout_ms = options->stall_timeout_ms ? options->stall_timeout_ms
							     : STALL_TIMEOUT_MS;
	opened->deadline_ms = clock_monotonic_ms() + CONNECT_TIMEOUT_MS;
	*ssh = TAKE(opened);
	return 0;
}

static int add_algorithms(struct buf *list, const char *algorithms)
{
	return buf_format(list, "%s%s", list->length ? "," : "", algorithms);
}

/*
 * Ask for a key of a type that is listed for the host, if it has one, as another could not be
 * compared. Types of which the host has shown a key that is not pinned are left out.
 */
static int prefer_listed(struct ssh *ssh, const struct ssh_options *options,
	const struct strings *shown, struct err *err)
{
	auto_strings struct strings listed = { 0 };
	auto_buf struct buf list = BUF(KIB);
	int full = 0;

	if (ssh_trust_types(options->trust, &options->host, &listed, err) < 0)
		return -1;
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < COUNT(key_types); i++)
			if (strings_have(&listed, key_types[i].type) == (round == 0) &&
				!strings_have(shown, key_types[i].type))
				full |= add_algorithms(&list, key_types[i].algorithms);
	if (full < 0 ||
		libssh2_session_method_pref(ssh->session, LIBSSH2_METHOD_HOSTKEY, list.data) != 0)
		return err_set(err, ERR_INTERNAL, "libssh2 refuses the types of host keys");
	return 0;
}

/* Name what may be behind it where the library is old. Always -1. */
static int old_library(struct err *err)
{
	auto_free char *message = ssh_library_is_old() ? mem_copy_string(err->message) : NULL;

	if (message)
		(void)err_set(err, err->kind,
			"%s (the libssh2 of this build takes RSA host keys with SHA-1 alone, which "
			"servers have come to refuse: let the host have, and trust, an Ed25519 or "
			"ECDSA key)",
			message);
	return -1;
}

/* Might it be the host's RSA key that is trusted, which an old library cannot ask for? */
static int not_trusted(
	const struct ssh_options *options, const struct strings *shown, struct err *err)
{
	auto_strings struct strings listed = { 0 };
	bool is_pinned = options->trust->fingerprints && options->trust->fingerprints->count;
	struct err ignored = { 0 };

	if (ssh_trust_types(options->trust, &options->host, &listed, &ignored) < 0 ||
		strings_have(shown, "ssh-rsa"))
		return -1;
	return is_pinned || strings_have(&listed, "ssh-rsa") ? old_library(err) : -1;
}

static int no_handshake(struct ssh *ssh, int code, struct err *err)
{
	const char *banner = libssh2_session_banner_get(ssh->session);

	if (code == LIBSSH2_ERROR_BANNER_RECV || (banner && !span_starts(span_of(banner), "SSH-")))
		return err_set(err, ERR_REMOTE, "what answers there does not speak SSH");
	if (ssh->broken)
		return err_set(
			err, ERR_NETWORK, "the server closed the connection in the SSH handshake");
	(void)ssh_fail(ssh, "the SSH handshake failed", err);
	return code == LIBSSH2_ERROR_KEX_FAILURE || code == LIBSSH2_ERROR_KEY_EXCHANGE_FAILURE
		? old_library(err)
		: -1;
}

static int shake_hands(struct ssh *ssh, const struct ssh_options *options,
	const struct strings *shown, struct err *err)
{
	int code;

	if (prefer_listed(ssh, options, shown, err) < 0)
		return -1;
	while ((code = libssh2_session_handshake(ssh->session, socket_fd(ssh->socket))) ==
		LIBSSH2_ERROR_EAGAIN)
		if (ssh_wait(ssh, err) < 0)
			return -1;
	if (code != 0)
		return no_handshake(ssh, code, err);
	log_debug("ssh: %s, %s, %s", libssh2_session_banner_get(ssh->session),
		libssh2_session_methods(ssh->session, LIBSSH2_METHOD_KEX),
		libssh2_session_methods(ssh->session, LIBSSH2_METHOD_CRYPT_SC));
	return 0;
}

/* The key that the host proved to have; borrowed from the session. */
static struct span host_key(struct ssh *ssh)
{
	size_t length = 0;
	int type;
	const char *key = libssh2_session_hostkey(ssh->session, &length, &type);

	return (struct span){ key ? key : "", key ? length : 0 };
}

/*
 * Connect and judge. A host that shows a key which is not pinned may have another that is: it is
 * asked again, for a key of another type, until it has no more.
 */
static int connect_to_host(struct ssh **ssh, const struct ssh_options *options, struct err *err)
{
	auto_strings struct strings shown = { 0 };
	struct err first = { 0 };

	for (;;) {
		auto_ssh struct ssh *opened = NULL;
		enum ssh_trust_verdict verdict;
		int status = new_connection(&opened, options, err);

		if (status == 0)
			status = shake_hands(opened, options, &shown, err);
		if (status < 0) {
			if (!shown.count || err->kind != ERR_REMOTE)
				return -1;
			*err = first;
			return not_trusted(options, &shown, err);
		}
		verdict = ssh_trust_judge(options->trust, &options->host, host_key(opened), err);
		if (verdict == SSH_TRUST_GO_ON) {
			*ssh = TAKE(opened);
			return 0;
		}
		if (!shown.count)
			first = *err;
		strings_add(&shown, ssh_key_type(host_key(opened)));
		if (verdict == SSH_TRUST_REFUSED)
			return not_trusted(options, &shown, err);
		if (shown.count == COUNT(key_types)) {
			*err = first;
			return -1;
		}
	}
}

int ssh_open(struct ssh **ssh, const struct ssh_options *options, struct err *err)
{
	auto_ssh_key struct ssh_key key = { 0 };
	auto_ssh struct ssh *opened = NULL;
	struct span text = span_of(secret_reveal(options->private_key));

	if (ssh_trust_check(options->trust, err) < 0)
		return -1;
	if (options->private_key &&
		ssh_key_read(&key, text, secret_length(options->passphrase) > 0, options->where,
			err) < 0)
		return -1;
	if (connect_to_host(&opened, options, err) < 0 ||
		ssh_authenticate(opened, options, &key, err) < 0)
		return -1;
	opened->deadline_ms = 0;
	*ssh = TAKE(opened);
	return 0;
}

bool ssh_is_alive(const struct ssh *ssh)
{
	return !ssh->broken;
}

void ssh_close(struct ssh *ssh)
{
	if (!ssh)
		return;
	if (ssh->session && !ssh->broken)
		(void)libssh2_session_disconnect(ssh->session, "done");
	ssh->broken = true; /* so that freeing does not wait for the server */
	if (ssh->session)
		(void)libssh2_session_free(ssh->session);
	socket_close(ssh->socket);
	free(ssh);
}

void ssh_close_pointer(struct ssh **ssh)
{
	ssh_close(*ssh);
	*ssh = NULL;
}
