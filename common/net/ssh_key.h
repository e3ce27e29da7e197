/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ssh_key: a private key as a pipeline gives it, looked at before it is used.
 *
 * OpenSSH's own format and PEM (PKCS #1, SEC 1, PKCS #8). What a missing passphrase, a key of
 * another program or a public key would turn into a riddle later is said here at once.
 */
#ifndef NET_SSH_KEY_H
#define NET_SSH_KEY_H

#include "base/err.h"
#include "base/secret.h"

struct ssh_key {
	char *text; /* NUL-terminated: LF at the end of each line, nothing around it; secret */
	size_t length;
	bool encrypted;
	char *public_line; /* "ssh-ed25519 AAAA…" where the format shows it, else NULL */
	char *fingerprint; /* "SHA256:…", likewise */
};

/*
 * Read `text`. ERR_CONFIG where it is not a private key that can be used, or where it needs a
 * passphrase and `has_passphrase` is false; the message names the fields, with `where` in front.
 */
MUST_CHECK int ssh_key_read(struct ssh_key *key, struct span text, bool has_passphrase,
	const char *where, struct err *err);

/* Wipes what is secret. */
void ssh_key_release(struct ssh_key *key);
#define auto_ssh_key AUTO(ssh_key_release)

#endif
