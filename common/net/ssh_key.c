/* SPDX-License-Identifier: Apache-2.0 */
/* ssh_key: a private key as a pipeline gives it. */
#include <string.h>

#include "base/base64.h"
#include "base/limits.h"
#include "base/mem.h"
#include "net/ssh_hosts.h"
#include "net/ssh_key.h"
#include "net/ssh_lib.h"
#include "net/ssh_wire.h"

static bool contains(struct span text, const char *word)
{
	size_t length = strlen(word);

	for (size_t i = 0; i + length <= text.length; i++)
		if (memcmp(text.data + i, word, length) == 0)
			return true;
	return false;
}

/* A YAML block or a ((var)) leaves blanks, CRs and a missing last LF. */
static int tidy(struct span text, struct buf *tidied)
{
	struct span line;

	text = span_trim(text);
	while (span_take_line(&text, &line)) {
		if (buf_add_span(tidied, span_trim(line)) < 0 || buf_add_string(tidied, "\n") < 0)
			return -1;
	}
	return 0;
}

/* What somebody may have given instead. */
static int not_a_key(struct span text, const char *where, struct err *err)
{
	if (span_starts(text, "PuTTY-User-Key-File"))
		return err_set(err, ERR_CONFIG,
			"%s.private_key is one of PuTTY: puttygen exports it in OpenSSH's format",
			where);
	if (span_starts(text, "ssh-") || span_starts(text, "ecdsa-") ||
		contains(text, " PUBLIC KEY-----"))
		return err_set(err, ERR_CONFIG,
			"%s.private_key is a public key: the private one is wanted", where);
	return err_set(err, ERR_CONFIG,
		"%s.private_key is not a private key: give the whole file, line by line, from '-----BEGIN' on",
		where);
}

/* libssh2 reads no more than these; ssh-keygen writes no other cipher unless it is told to. */
static bool can_decrypt(struct span cipher)
{
	static const char *const ciphers[] = { "none", "aes256-ctr", "aes192-ctr", "aes128-ctr",
		"aes256-cbc", "aes192-cbc", "aes128-cbc", "aes256-gcm@openssh.com",
		"aes128-gcm@openssh.com" };

	if (ssh_library_is_old() && contains(cipher, "-gcm@"))
		return false;
	for (size_t i = 0; i < COUNT(ciphers); i++)
		if (span_is(cipher, ciphers[i]))
			return true;
	return false;
}

static bool can_sign(struct span type)
{
	static const char *const types[] = { "ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256",
		"ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521" };

	for (size_t i = 0; i < COUNT(types); i++)
		if (span_is(type, types[i]))
			return true;
	return false;
}

/* The public key, which stands unencrypted in front of the private one. */
static int show_public(struct ssh_key *key, struct span blob, const char *where, struct err *err)
{
	auto_buf struct buf line = BUF(2 * LIMIT_SSH_KEY);
	struct span type = ssh_key_type(blob);

	if (!can_sign(type))
		return err_set(err, ERR_CONFIG,
			"%s.private_key is of the type '%.*s', which cannot be used: RSA, ECDSA and Ed25519 can",
			where, SPAN_FORMAT(type));
	if (buf_format(&line, "%.*s ", SPAN_FORMAT(type)) < 0 || !base64_encode(blob, true, &line))
		return err_set(err, ERR_CONFIG, "%s.private_key is too large", where);
	if (ssh_fingerprint(blob, &key->fingerprint, err) < 0)
		return -1;
	key->public_line = buf_detach(&line);
	return 0;
}

/* "openssh-key-v1" NUL, cipher, derivation of its key, options of that, count, public key, … */
static int read_openssh(struct ssh_key *key, struct span body, const char *where, struct err *err)
{
	auto_buf struct buf bytes = BUF_SECRET(LIMIT_SSH_KEY);
	struct span cipher;
	struct span derivation;
	struct span blob;
	struct span rest;
	struct span count;

	if (!base64_decode(body, &bytes))
		return not_a_key(body, where, err);
	rest = buf_span(&bytes);
	if (!span_take_bytes(&rest, sizeof("openssh-key-v1"), &count) ||
		memcmp(count.data, "openssh-key-v1", sizeof("openssh-key-v1")) != 0 ||
		!ssh_take_string(&rest, &cipher) || !ssh_take_string(&rest, &derivation) ||
		!ssh_take_string(&rest, &derivation) || !span_take_bytes(&rest, 4, &count) ||
		!ssh_take_string(&rest, &blob))
		return not_a_key(body, where, err);
	if (!can_decrypt(cipher))
		return err_set(err, ERR_CONFIG,
			"%s.private_key is encrypted by '%.*s', which cannot be read: "
			"ssh-keygen -p -Z aes256-ctr -f FILE encrypts it anew",
			where, SPAN_FORMAT(cipher));
	key->encrypted = !span_is(cipher, "none");
	return show_public(key, blob, where, err);
}

/* Between "-----BEGIN LABEL-----" and "-----END LABEL-----". */
static bool take_pem(struct span text, struct span *label, struct span *body)
{
	struct span rest = text;
	struct span first;
	struct span line;

	if (!span_take_line(&rest, &first) || !span_take(&first, "-----BEGIN ") ||
		!span_ends(first, "-----"))
		return false;
	*label = (struct span){ first.data, first.length - 5 };
	for (const char *begin = rest.data; span_take_line(&rest, &line);) {
		if (!span_starts(line, "-----"))
			continue;
		*body = (struct span){ begin, (size_t)(line.data - begin) };
		return span_take(&line, "-----END ") && body->length;
	}
	return false;
}

static int read_pem(struct ssh_key *key, const char *where, struct err *err)
{
	struct span text = { key->text, key->length };
	struct span label;
	struct span body;

	if (!take_pem(text, &label, &body) || !span_ends(label, "PRIVATE KEY"))
		return not_a_key(text, where, err);
	if (span_is(label, "OPENSSH PRIVATE KEY"))
		return read_openssh(key, body, where, err);
	if (span_is(label, "DSA PRIVATE KEY"))
		return err_set(err, ERR_CONFIG,
			"%s.private_key is of the type DSA, which cannot be used: RSA, ECDSA and Ed25519 can",
			where);
	key->encrypted = span_is(label, "ENCRYPTED PRIVATE KEY") ||
		contains(body, "Proc-Type: 4,ENCRYPTED");
	return 0;
}

int ssh_key_read(struct ssh_key *key, struct span text, bool has_passphrase, const char *where,
	struct err *err)
{
	auto_buf struct buf tidied = BUF_SECRET(LIMIT_SSH_KEY);
	auto_ssh_key struct ssh_key read = { 0 };

	/* growing would leave copies behind */
	if (!buf_reserve(&tidied, text.length + 2 <= LIMIT_SSH_KEY ? text.length + 2 : 0) ||
		tidy(text, &tidied) < 0)
		return err_set(err, ERR_CONFIG, "%s.private_key is too large", where);
	read.length = tidied.length;
	read.text = buf_detach(&tidied);
	if (read_pem(&read, where, err) < 0)
		return -1;
	if (read.encrypted && !has_passphrase)
		return err_set(err, ERR_CONFIG,
			"%s.private_key has a passphrase but %s.private_key_passphrase has not been set",
			where, where);
	*key = read;
	read = (struct ssh_key){ 0 };
	return 0;
}

void ssh_key_release(struct ssh_key *key)
{
	if (key->text)
		secret_wipe(key->text, key->length);
	free(key->text);
	free(key->public_line);
	free(key->fingerprint);
	*key = (struct ssh_key){ 0 };
}
