/* SPDX-License-Identifier: Apache-2.0 */
/* ssh_key: what is said of a private key before it is used. */
#include "unit.h"

#include "base/base64.h"
#include "net/ssh_key.h"

#define MISSING_PASSPHRASE                                                               \
	"source.private_key has a passphrase but source.private_key_passphrase has not " \
	"been set"
#define NOT_A_KEY                                                                      \
	"source.private_key is not a private key: give the whole file, line by line, " \
	"from '-----BEGIN' on"

static void add_bytes(struct buf *to, struct span bytes)
{
	const unsigned char size[] = { 0, 0, 0, (unsigned char)bytes.length };

	assert_int_equal(buf_add(to, size, sizeof(size)), 0);
	assert_int_equal(buf_add_span(to, bytes), 0);
}

static void add_string(struct buf *to, const char *text)
{
	add_bytes(to, span_of(text));
}

/* The clear part of a key in OpenSSH's format; what is behind it is not looked at. */
static void openssh(struct buf *pem, const char *cipher, const char *type)
{
	auto_buf struct buf bytes = BUF(1024);
	auto_buf struct buf blob = BUF(1024);

	add_string(&blob, type);
	add_string(&blob, "the point");
	assert_int_equal(buf_add(&bytes, "openssh-key-v1", sizeof("openssh-key-v1")), 0);
	add_string(&bytes, cipher);
	add_string(&bytes, "bcrypt");
	add_string(&bytes, "salt");
	assert_int_equal(buf_add(&bytes, "\0\0\0\1", 4), 0);
	add_bytes(&bytes, buf_span(&blob));
	assert_int_equal(buf_add_string(pem, "-----BEGIN OPENSSH PRIVATE KEY-----\n"), 0);
	assert_true(base64_encode(buf_span(&bytes), true, pem));
	assert_int_equal(buf_add_string(pem, "\n-----END OPENSSH PRIVATE KEY-----"), 0);
}

static const struct openssh {
	const char *name;
	const char *cipher;
	const char *type;
	bool has_passphrase;
	bool encrypted;
	const char *message; /* NULL: it can be used */
} openssh_keys[] = {
	{ "plain", "none", "ssh-ed25519", false, false, NULL },
	{ "plain, and a passphrase", "none", "ssh-rsa", true, false, NULL },
	{ "encrypted", "aes256-ctr", "ecdsa-sha2-nistp384", true, true, NULL },
	{ "encrypted by GCM", "aes256-gcm@openssh.com", "ssh-ed25519", true, true, NULL },
	{ "no passphrase", "aes256-ctr", "ssh-ed25519", false, true, MISSING_PASSPHRASE },
	{ "a cipher that is not there", "chacha20-poly1305@openssh.com", "ssh-ed25519", true, true,
		"source.private_key is encrypted by 'chacha20-poly1305@openssh.com', which cannot be "
		"read: ssh-keygen -p -Z aes256-ctr -f FILE encrypts it anew" },
	{ "DSA", "none", "ssh-dss", false, false,
		"source.private_key is of the type 'ssh-dss', which cannot be used: RSA, ECDSA and "
		"Ed25519 can" },
	{ "on a token", "none", "sk-ssh-ed25519@openssh.com", false, false,
		"source.private_key is of the type 'sk-ssh-ed25519@openssh.com', which cannot be "
		"used: RSA, ECDSA and Ed25519 can" },
};

static void openssh_key(void **state)
{
	const struct openssh *row = *state;
	auto_buf struct buf pem = BUF(4096);
	auto_ssh_key struct ssh_key key = { 0 };
	struct err err = { 0 };

	openssh(&pem, row->cipher, row->type);
	if (row->message) {
		assert_failed(
			ssh_key_read(&key, buf_span(&pem), row->has_passphrase, "source", &err),
			&err, ERR_CONFIG, row->message);
		assert_null(key.text);
		return;
	}
	assert_int_equal(
		ssh_key_read(&key, buf_span(&pem), row->has_passphrase, "source", &err), 0);
	assert_int_equal(key.encrypted, row->encrypted);
	assert_non_null(key.public_line);
	assert_true(span_starts(span_of(key.public_line), row->type));
	assert_true(span_starts(span_of(key.fingerprint), "SHA256:"));
	assert_int_equal(strlen(key.text), key.length);
	assert_true(span_ends(span_of(key.text), "-----END OPENSSH PRIVATE KEY-----\n"));
}

#define BODY "MIIEpAIBAAKCAQEA\n"

static const struct pem {
	const char *name;
	const char *text;
	bool has_passphrase;
	bool encrypted;
	const char *message;
} pem_keys[] = {
	{ "PKCS #1", "-----BEGIN RSA PRIVATE KEY-----\n" BODY "-----END RSA PRIVATE KEY-----\n",
		false, false, NULL },
	{ "SEC 1", "-----BEGIN EC PRIVATE KEY-----\n" BODY "-----END EC PRIVATE KEY-----\n", false,
		false, NULL },
	{ "PKCS #8", "-----BEGIN PRIVATE KEY-----\n" BODY "-----END PRIVATE KEY-----\n", false,
		false, NULL },
	{ "PKCS #8, encrypted",
		"-----BEGIN ENCRYPTED PRIVATE KEY-----\n" BODY
		"-----END ENCRYPTED PRIVATE KEY-----\n",
		true, true, NULL },
	{ "PKCS #8, no passphrase",
		"-----BEGIN ENCRYPTED PRIVATE KEY-----\n" BODY
		"-----END ENCRYPTED PRIVATE KEY-----\n",
		false, true, MISSING_PASSPHRASE },
	{ "PEM, no passphrase",
		"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n" BODY
		"-----END RSA PRIVATE KEY-----\n",
		false, true, MISSING_PASSPHRASE },
	{ "nothing", "", false, false, NOT_A_KEY },
	{ "a path", "/root/.ssh/id_ed25519", false, false, NOT_A_KEY },
	{ "in one line", "-----BEGIN RSA PRIVATE KEY----- MIIE -----END RSA PRIVATE KEY-----",
		false, false, NOT_A_KEY },
	{ "without its end", "-----BEGIN RSA PRIVATE KEY-----\n" BODY, false, false, NOT_A_KEY },
	{ "without its inside", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n", false,
		false, NOT_A_KEY },
	{ "a certificate", "-----BEGIN CERTIFICATE-----\n" BODY "-----END CERTIFICATE-----\n",
		false, false, NOT_A_KEY },
	{ "OpenSSH's, cut off",
		"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n"
		"-----END OPENSSH PRIVATE KEY-----\n",
		false, false, NOT_A_KEY },
	{ "OpenSSH's, not base64",
		"-----BEGIN OPENSSH PRIVATE KEY-----\n????\n-----END OPENSSH PRIVATE KEY-----\n",
		false, false, NOT_A_KEY },
	{ "a public key", "ssh-ed25519 AAAA root@host", false, false,
		"source.private_key is a public key: the private one is wanted" },
	{ "a public key in PEM", "-----BEGIN PUBLIC KEY-----\n" BODY "-----END PUBLIC KEY-----\n",
		false, false, "source.private_key is a public key: the private one is wanted" },
	{ "PuTTY's", "PuTTY-User-Key-File-3: ssh-ed25519\n", false, false,
		"source.private_key is one of PuTTY: puttygen exports it in OpenSSH's format" },
	{ "DSA", "-----BEGIN DSA PRIVATE KEY-----\n" BODY "-----END DSA PRIVATE KEY-----\n", false,
		false,
		"source.private_key is of the type DSA, which cannot be used: RSA, ECDSA and Ed25519 "
		"can" },
};

static void pem_key(void **state)
{
	const struct pem *row = *state;
	auto_ssh_key struct ssh_key key = { 0 };
	struct err err = { 0 };

	if (row->message) {
		assert_failed(
			ssh_key_read(&key, span_of(row->text), row->has_passphrase, "source", &err),
			&err, ERR_CONFIG, row->message);
		return;
	}
	assert_int_equal(
		ssh_key_read(&key, span_of(row->text), row->has_passphrase, "source", &err), 0);
	assert_int_equal(key.encrypted, row->encrypted);
	assert_null(key.public_line);
	assert_string_equal(key.text, row->text);
}

static void what_yaml_leaves_around_a_key_is_taken_off(void **state)
{
	static const char given[] = "\n  -----BEGIN PRIVATE KEY-----\r\n  MIIE\r\n  AAAA \r\n"
				    "  -----END PRIVATE KEY-----";
	auto_ssh_key struct ssh_key key = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(ssh_key_read(&key, span_of(given), false, "source", &err), 0);
	assert_string_equal(
		key.text, "-----BEGIN PRIVATE KEY-----\nMIIE\nAAAA\n-----END PRIVATE KEY-----\n");
}

int main(void)
{
	UNIT_ROWS(openssh_key, openssh_keys);
	UNIT_ROWS(pem_key, pem_keys);
	UNIT_TEST(what_yaml_leaves_around_a_key_is_taken_off);
	return unit_run();
}
