/* SPDX-License-Identifier: Apache-2.0 */
/* crypt: git-crypt's key files, and what it encrypts. */
#include "unit.h"

#include "base/digest.h"
#include "git/crypt/cipher.h"

#define MAGIC "\0GITCRYPTKEY"
#define BEGIN MAGIC "\0\0\0\2"
#define END "\0\0\0\0"
#define A16 "aaaaaaaaaaaaaaaa"
#define H16 "hhhhhhhhhhhhhhhh"
#define VERSION(number) "\0\0\0\1\0\0\0\4\0\0\0" number
#define AES "\0\0\0\3\0\0\0\x20" A16 A16
#define HMAC "\0\0\0\5\0\0\0\x40" H16 H16 H16 H16
#define KEY VERSION("\0") AES HMAC END
#define OTHER VERSION("\1") "\0\0\0\3\0\0\0\x20" H16 H16 HMAC END
#define NAMED(length, name) "\0\0\0\1\0\0\0" length name END
#define N64 "0123456789-_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define BYTES(text)                      \
	{                                \
		(text), sizeof(text) - 1 \
	}

#define NO_KEY "is not a key file of git-crypt: give what 'git-crypt export-key' writes, in base64"
#define NEWER(what) "is a key file of a newer git-crypt: its " what " is not known here"
#define NO_VERSION "holds no version 0 of the key, which files are encrypted with"

static const struct file {
	const char *name;
	struct span bytes;
	const char *key_name; /* NULL: refused */
	const char *message;
} files[] = {
	{ "the default key", BYTES(BEGIN END KEY), "", NULL },
	{ "a key with a name", BYTES(BEGIN NAMED("\5", "a-B_9") KEY), "a-B_9", NULL },
	{ "the longest name", BYTES(BEGIN NAMED("\x80", N64 N64) KEY), N64 N64, NULL },
	{ "a newer version of the key before", BYTES(BEGIN END OTHER KEY), "", NULL },
	{ "and behind", BYTES(BEGIN END KEY OTHER), "", NULL },
	{ "no number of a version is 0", BYTES(BEGIN END AES HMAC END), "", NULL },
	{ "parts in another order", BYTES(BEGIN END HMAC AES VERSION("\0") END), "", NULL },
	{ "an unknown field", BYTES(BEGIN "\0\0\0\2\0\0\0\1x" END KEY), "", NULL },
	{ "one in the key", BYTES(BEGIN END "\0\0\0\6\0\0\0\0" KEY), "", NULL },
	{ "a critical one", BYTES(BEGIN "\0\0\0\3\0\0\0\1x" END KEY), NULL, NEWER("field 3") },
	{ "one in the key", BYTES(BEGIN END "\0\0\0\7\0\0\0\0" KEY), NULL, NEWER("field 7") },
	{ "a critical one of a large number", BYTES(BEGIN END "\xff\xff\xff\xff\0\0\0\0" KEY), NULL,
		NEWER("field 4294967295") },
	{ "a newer format", BYTES(MAGIC "\0\0\0\3" END KEY), NULL, NEWER("format 3") },
	{ "nothing", BYTES(""), NULL, NO_KEY },
	{ "of before version 0.4", BYTES(A16 A16 H16 H16 H16 H16), NULL, NO_KEY },
	{ "another magic", BYTES("\0GITCRYPTKEX\0\0\0\2" END KEY), NULL, NO_KEY },
	{ "no key", BYTES(BEGIN END), NULL, NO_VERSION },
	{ "only a newer version of the key", BYTES(BEGIN END OTHER), NULL, NO_VERSION },
	{ "only one part", BYTES(BEGIN END AES END), NULL, NO_KEY },
	{ "only the other part", BYTES(BEGIN END HMAC END), NULL, NO_KEY },
	{ "a short part", BYTES(BEGIN END "\0\0\0\3\0\0\0\x10" A16 HMAC END), NULL, NO_KEY },
	{ "a version of three bytes", BYTES(BEGIN END "\0\0\0\1\0\0\0\3\0\0\0" AES HMAC END), NULL,
		NO_KEY },
	{ "a version of five bytes", BYTES(BEGIN END "\0\0\0\1\0\0\0\5\0\0\0\0\0" AES HMAC END),
		NULL, NO_KEY },
	{ "a field longer than the file", BYTES(BEGIN "\0\0\0\2\x7f\xff\xff\xff" END KEY), NULL,
		NO_KEY },
	{ "bytes behind", BYTES(BEGIN END KEY "\0"), NULL, NO_KEY },
	{ "an empty name", BYTES(BEGIN NAMED("\0", "") KEY), NULL, NO_KEY },
	{ "a path for a name", BYTES(BEGIN NAMED("\4", "../x") KEY), NULL, NO_KEY },
	{ "a name with a NUL", BYTES(BEGIN NAMED("\2", "a\0") KEY), NULL, NO_KEY },
	{ "the default's name", BYTES(BEGIN NAMED("\7", "default") KEY), NULL, NO_KEY },
	{ "a name that is too long", BYTES(BEGIN NAMED("\x81", N64 N64 "x") KEY), NULL, NO_KEY },
};

static void parse(void **state)
{
	const struct file *row = *state;
	struct crypt_key key = { .name = SPAN_LITERAL("before") };
	struct err err = { 0 };

	if (!row->key_name) {
		assert_failed(
			crypt_key_parse(&key, row->bytes, &err), &err, ERR_CONFIG, row->message);
		assert_span_is(key.name, "before");
		return;
	}
	assert_int_equal(crypt_key_parse(&key, row->bytes, &err), 0);
	assert_span_is(key.name, row->key_name);
	assert_span_is(key.aes, A16 A16);
	assert_span_is(key.hmac, H16 H16 H16 H16);
}

/* Each beginning of a good file is none. */
static void a_file_that_is_cut(void **state)
{
	static const char whole[] = BEGIN NAMED("\1", "a") KEY;
	struct crypt_key key;
	struct err err = { 0 };

	(void)state;
	for (size_t length = 0; length < sizeof(whole) - 1; length++) {
		assert_int_equal(crypt_key_parse(&key, (struct span){ whole, length }, &err), -1);
		assert_int_equal(err.kind, ERR_CONFIG);
	}
}

static const struct crypt_key key = {
	.aes = BYTES(A16 A16),
	.hmac = BYTES(H16 H16 H16 H16),
};

/* As git-crypt 0.7.0 encrypts it by that key. */
#define PLAIN "a secret of more than one block\n"
#define NONCE "\156\065\360\331\015\136\006\201\321\350\101\167"
#define SEALED                                                             \
	"\223\346\241\316\127\144\067\054\216\316\152\365\150\165\256\057" \
	"\031\031\215\052\361\313\202\032\250\226\011\305\111\267\120\077"

static void open_what_git_crypt_sealed(void **state)
{
	char plain[sizeof(PLAIN)] = "";
	struct err err = { 0 };

	(void)state;
	assert_int_equal(
		cipher_open(&key, SPAN_LITERAL(NONCE), SPAN_LITERAL(SEALED), plain, &err), 0);
	assert_string_equal(plain, PLAIN);
}

static void no_byte_can_be_changed(void **state)
{
	char nonce[] = NONCE, sealed[] = SEALED, plain[sizeof(PLAIN)];
	const struct span whole = { sealed, sizeof(sealed) - 1 };
	const struct span salt = { nonce, sizeof(nonce) - 1 };
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < salt.length + whole.length; i++) {
		char *byte = i < salt.length ? &nonce[i] : &sealed[i - salt.length];

		*byte ^= 1;
		assert_failed(cipher_open(&key, salt, whole, plain, &err), &err, ERR_CONFIG,
			"another key than source.git_crypt_key has encrypted it, or it was changed "
			"since");
		*byte ^= 1;
	}
	assert_int_equal(cipher_open(&key, salt, whole, plain, &err), 0);
}

static void an_empty_file(void **state)
{
	unsigned char digest[DIGEST_SHA1_SIZE];
	struct span nothing = span_of("");
	struct err err = { 0 };
	char plain[1];

	(void)state;
	assert_int_equal(digest_hmac_sha1(key.hmac, nothing, digest, &err), 0);
	assert_int_equal(
		cipher_open(&key, (struct span){ (const char *)digest, CRYPT_NONCE_LENGTH },
			nothing, plain, &err),
		0);
}

int main(void)
{
	UNIT_ROWS(parse, files);
	UNIT_TEST(a_file_that_is_cut);
	UNIT_TEST(open_what_git_crypt_sealed);
	UNIT_TEST(no_byte_can_be_changed);
	UNIT_TEST(an_empty_file);
	return unit_run();
}
