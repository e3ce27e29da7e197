/* SPDX-License-Identifier: Apache-2.0 */
/* ssh_auth: proving to an SSH server who connects. */
#include <string.h>

#include "net/ssh_lib.h"

static const char *hint(const struct ssh_key *key)
{
	bool may_be_rsa = key->public_line ? span_starts(span_of(key->public_line), "ssh-rsa ")
					   : !strstr(key->text, "EC PRIVATE KEY");

	return may_be_rsa && ssh_library_is_old()
		? " (the libssh2 of this build signs with SHA-1 where a key is RSA: use an "
		  "Ed25519 key)"
		: "";
}

static int refused(const struct ssh_options *options, const struct ssh_key *key, struct err *err)
{
	return err_set(err, ERR_AUTH,
		"the server does not accept %s.private_key%s%s%s for the user '%s': "
		"its public key must be added there%s",
		options->where, key->fingerprint ? " (" : "",
		key->fingerprint ? key->fingerprint : "", key->fingerprint ? ")" : "",
		options->user, hint(key));
}

/* How the server wants to be convinced; NULL where it does not say, or where it is convinced. */
static int list_methods(
	const char **methods, struct ssh *ssh, const struct ssh_options *options, struct err *err)
{
	unsigned length = (unsigned)strlen(options->user);

	while (!(*methods = libssh2_userauth_list(ssh->session, options->user, length)) &&
		libssh2_session_last_errno(ssh->session) == LIBSSH2_ERROR_EAGAIN)
		if (ssh_wait(ssh, err) < 0)
			return -1;
	return 0;
}

/* The server saw the signature, and lets nobody in: a key may be half of what it asks for. */
static int not_enough(struct ssh *ssh, const struct ssh_options *options, const struct ssh_key *key,
	struct err *err)
{
	const char *methods;

	if (list_methods(&methods, ssh, options, err) < 0)
		return -1;
	if (!methods || strstr(methods, "publickey"))
		return refused(options, key, err);
	return err_set(err, ERR_AUTH,
		"the server accepts %s.private_key for the user '%s' and wants more, which cannot be "
		"given: %s",
		options->where, options->user, methods);
}

static int not_proved(struct ssh *ssh, const struct ssh_options *options, const struct ssh_key *key,
	int code, struct err *err)
{
	char *reason = NULL;

	if (ssh->broken)
		return err_set(
			err, ERR_NETWORK, "the server closed the connection on authentication");
	if (code == LIBSSH2_ERROR_AUTHENTICATION_FAILED)
		return refused(options, key, err);
	(void)libssh2_session_last_error(ssh->session, &reason, NULL, 0);
	/* the same code stands for a private key that could not be used */
	if (code == LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED && reason &&
		span_starts(span_of(reason), "Invalid signature"))
		return not_enough(ssh, options, key, err);
	if (key->encrypted)
		return err_set(err, ERR_CONFIG,
			"%s.private_key_passphrase is not the passphrase of %s.private_key",
			options->where, options->where);
	return err_set(err, ERR_CONFIG, "%s.private_key cannot be read: %s", options->where,
		reason ? reason : "no reason known");
}

static int by_key(struct ssh *ssh, const struct ssh_options *options, const struct ssh_key *key,
	struct err *err)
{
	const char *passphrase = secret_reveal(options->passphrase);
	int code;

	/* with the public key at hand the private one, whose decryption is slow on purpose, is read once */
	while ((code = libssh2_userauth_publickey_frommemory(ssh->session, options->user,
			strlen(options->user), key->public_line,
			key->public_line ? strlen(key->public_line) : 0, key->text, key->length,
			key->encrypted ? passphrase : NULL)) == LIBSSH2_ERROR_EAGAIN)
		if (ssh_wait(ssh, err) < 0)
			return -1;
	return code ? not_proved(ssh, options, key, code, err) : 0;
}

/* A server that lets everybody in says so when it is asked how it wants to be convinced. */
static int by_nothing(struct ssh *ssh, const struct ssh_options *options, struct err *err)
{
	const char *methods;

	if (list_methods(&methods, ssh, options, err) < 0)
		return -1;
	if (libssh2_userauth_authenticated(ssh->session))
		return 0;
	if (!methods)
		return ssh_fail(ssh, "authentication failed", err);
	return err_set(err, ERR_AUTH, "the server wants a key: set %s.private_key", options->where);
}

int ssh_authenticate(struct ssh *ssh, const struct ssh_options *options, const struct ssh_key *key,
	struct err *err)
{
	return key->text ? by_key(ssh, options, key, err) : by_nothing(ssh, options, err);
}
