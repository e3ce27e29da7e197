/* SPDX-License-Identifier: Apache-2.0 */
/* openssl: what is left of the library (ci/lib/dependency): all that is asked for, and little besides. */
#include "unit.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509err.h>

/* What TLS offers where nobody chooses: OpenSSL's own list, as it is without the choice of algorithms. */
static const char *const suites[] = {
	"TLS_AES_256_GCM_SHA384",
	"TLS_CHACHA20_POLY1305_SHA256",
	"TLS_AES_128_GCM_SHA256",
	"ECDHE-ECDSA-AES256-GCM-SHA384",
	"ECDHE-RSA-AES256-GCM-SHA384",
	"DHE-RSA-AES256-GCM-SHA384",
	"ECDHE-ECDSA-CHACHA20-POLY1305",
	"ECDHE-RSA-CHACHA20-POLY1305",
	"DHE-RSA-CHACHA20-POLY1305",
	"ECDHE-ECDSA-AES128-GCM-SHA256",
	"ECDHE-RSA-AES128-GCM-SHA256",
	"DHE-RSA-AES128-GCM-SHA256",
	"ECDHE-ECDSA-AES256-SHA384",
	"ECDHE-RSA-AES256-SHA384",
	"DHE-RSA-AES256-SHA256",
	"ECDHE-ECDSA-AES128-SHA256",
	"ECDHE-RSA-AES128-SHA256",
	"DHE-RSA-AES128-SHA256",
	"ECDHE-ECDSA-AES256-SHA",
	"ECDHE-RSA-AES256-SHA",
	"DHE-RSA-AES256-SHA",
	"ECDHE-ECDSA-AES128-SHA",
	"ECDHE-RSA-AES128-SHA",
	"DHE-RSA-AES128-SHA",
	"AES256-GCM-SHA384",
	"AES128-GCM-SHA256",
	"AES256-SHA256",
	"AES128-SHA256",
	"AES256-SHA",
	"AES128-SHA",
};

static void every_cipher_suite_is_offered(void **state)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	SSL *ssl = context ? SSL_new(context) : NULL;
	STACK_OF(SSL_CIPHER) *found = ssl ? SSL_get1_supported_ciphers(ssl) : NULL;

	(void)state;
	assert_int_equal(sk_SSL_CIPHER_num(found), COUNT(suites));
	for (size_t i = 0; i < COUNT(suites); i++)
		assert_string_equal(
			SSL_CIPHER_get_name(sk_SSL_CIPHER_value(found, (int)i)), suites[i]);
	sk_SSL_CIPHER_free(found);
	SSL_free(ssl);
	SSL_CTX_free(context);
}

/* By the older list, where PEM keys look, and by name. */
static const struct key_cipher {
	const char *name;
} key_ciphers[] = {
	{ "AES-128-CBC" },
	{ "AES-192-CBC" },
	{ "AES-256-CBC" },
	{ "AES-256-CFB" },
	{ "AES-256-OFB" },
	{ "DES-EDE3-CBC" },
};

static EVP_PKEY *read_key(BIO *pem)
{
	char passphrase[] = "open sesame";
	EVP_PKEY *key = PEM_read_bio_PrivateKey(pem, NULL, NULL, passphrase);

	BIO_free(pem);
	return key;
}

static void key_is_read(void **state)
{
	static const unsigned char passphrase[] = "open sesame";
	const struct key_cipher *row = *state;
	const EVP_CIPHER *cipher = EVP_get_cipherbyname(row->name);
	EVP_PKEY *key = EVP_EC_gen("P-256");
	BIO *pkcs8 = BIO_new(BIO_s_mem());
	BIO *older = BIO_new(BIO_s_mem());
	EVP_PKEY *again[2];

	assert_non_null(cipher);
	assert_int_equal(PEM_write_bio_PKCS8PrivateKey(pkcs8, key, cipher, (const char *)passphrase,
				 sizeof(passphrase) - 1, NULL, NULL),
		1);
	assert_int_equal(PEM_write_bio_PrivateKey_traditional(older, key, cipher, passphrase,
				 sizeof(passphrase) - 1, NULL, NULL),
		1);
	again[0] = read_key(pkcs8);
	again[1] = read_key(older);
	for (size_t i = 0; i < COUNT(again); i++) {
		assert_int_equal(EVP_PKEY_eq(key, again[i]), 1);
		EVP_PKEY_free(again[i]);
	}
	EVP_PKEY_free(key);
}

#define COUNTED(type)                                                    \
	static void count_##type(EVP_##type *one, void *context)         \
	{                                                                \
		(void)one;                                               \
		++*(int *)context;                                       \
	}                                                                \
	static void count_all_##type(int *count)                         \
	{                                                                \
		EVP_##type##_do_all_provided(NULL, count_##type, count); \
	}

COUNTED(CIPHER)
COUNTED(MD)
COUNTED(MAC)
COUNTED(KDF)
COUNTED(RAND)
COUNTED(SIGNATURE)

/* Whoever asks for one of them has all of its kind set up. */
static const struct kind {
	const char *name;
	void (*count)(int *count);
	int most;
} kinds[] = {
	{ "ciphers", count_all_CIPHER, 31 },
	{ "digests", count_all_MD, 18 },
	{ "codes of authentication", count_all_MAC, 2 },
	{ "derivations of keys", count_all_KDF, 6 },
	{ "random numbers", count_all_RAND, 2 },
	{ "signatures", count_all_SIGNATURE, 6 },
};

static void kind_is_small(void **state)
{
	const struct kind *row = *state;
	int count = 0;

	row->count(&count);
	assert_in_range(count, 1, row->most);
}

static const struct text {
	const char *name;
	unsigned long error;
	const char *text;
} texts[] = {
	{ "of TLS", ERR_PACK(ERR_LIB_SSL, 0, SSL_R_TLSV1_ALERT_UNKNOWN_CA),
		"error:0A000418:SSL routines::tlsv1 alert unknown ca" },
	{ "of a certificate", ERR_PACK(ERR_LIB_X509, 0, X509_R_KEY_VALUES_MISMATCH),
		"error:05800074:x509 certificate routines::key values mismatch" },
};

static void error_has_a_text(void **state)
{
	const struct text *row = *state;
	char found[256];

	ERR_error_string_n(row->error, found, sizeof(found));
	assert_string_equal(found, row->text);
}

int main(void)
{
	UNIT_ROWS(error_has_a_text, texts);
	UNIT_TEST(every_cipher_suite_is_offered);
	UNIT_ROWS(key_is_read, key_ciphers);
	UNIT_ROWS(kind_is_small, kinds);
	return unit_run();
}
