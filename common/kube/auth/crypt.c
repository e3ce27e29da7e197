/* SPDX-License-Identifier: Apache-2.0 */
/* crypt: what signatures of requests and tokens are made of. */
#include <limits.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include "base/base64.h"
#include "base/digest.h"
#include "kube/auth/crypt.h"

static void free_key(EVP_PKEY **key)
{
	EVP_PKEY_free(*key);
}

static void free_bio(BIO **bio)
{
	BIO_free_all(*bio);
}

static void free_context(EVP_MD_CTX **context)
{
	EVP_MD_CTX_free(*context);
}

static const unsigned char *bytes_of(struct span span)
{
	return (const unsigned char *)(span.length ? span.data : "");
}

/* OpenSSL fails here only where it finds no memory, and then there is no going on. */
static void must(bool done)
{
	if (!done)
		abort();
}

struct digest crypt_sha256(struct span bytes)
{
	struct digest digest;

	must(EVP_Digest(bytes_of(bytes), bytes.length, digest.bytes, NULL, EVP_sha256(), NULL) ==
		1);
	return digest;
}

struct digest crypt_hmac_sha256(struct span key, struct span bytes)
{
	struct digest digest = { 0 };
	unsigned length;

	must(key.length <= INT_MAX &&
		HMAC(EVP_sha256(), bytes_of(key), (int)key.length, bytes_of(bytes), bytes.length,
			digest.bytes, &length));
	return digest;
}

void crypt_hex(const struct digest *digest, char text[static DIGEST_HEX_SIZE])
{
	digest_hex(digest->bytes, sizeof(digest->bytes), text);
}

/* A key with a passphrase is not asked for on the terminal. */
static int no_passphrase(char *text, int size, int writing, void *context)
{
	(void)text;
	(void)size;
	(void)writing;
	(void)context;
	return -1;
}

static EVP_PKEY *read_key(const struct secret *pem)
{
	AUTO(free_bio) BIO *bio = BIO_new_mem_buf(secret_reveal(pem), (int)secret_length(pem));
	AUTO(free_key)
	EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL) : NULL;

	ERR_clear_error();
	return key && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA ? TAKE(key) : NULL;
}

static bool sign(EVP_PKEY *key, struct span bytes, struct buf *signature)
{
	AUTO(free_context) EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t length = (size_t)EVP_PKEY_get_size(key);
	char *room = buf_reserve(signature, length);
	bool done = room && context &&
		EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
		EVP_DigestSign(context, (unsigned char *)room, &length, bytes_of(bytes),
			bytes.length) == 1;

	if (done)
		signature->length += length;
	ERR_clear_error();
	return done;
}

int crypt_sign_rs256(
	const struct secret *key, struct span bytes, struct buf *signature, struct err *err)
{
	AUTO(free_key) EVP_PKEY *rsa = read_key(key);

	if (!rsa)
		return err_set(
			err, ERR_CONFIG, "is not an RSA key in PEM (-----BEGIN PRIVATE KEY-----)");
	if (!sign(rsa, bytes, signature))
		return err_set(err, ERR_CONFIG, "cannot sign");
	return 0;
}

static void replace(struct buf *text, size_t start, const char from[static 2], const char *to)
{
	for (char *c = text->data + start; c < text->data + text->length; c++)
		for (int i = 0; i < 2; i++)
			if (*c == from[i]) {
				*c = to[i];
				break;
			}
}

bool crypt_base64url(struct span bytes, struct buf *to)
{
	size_t start = to->length;

	if (!base64_encode(bytes, false, to))
		return false;
	replace(to, start, "+/", "-_");
	return true;
}

bool crypt_unbase64url(struct span text, struct buf *to)
{
	auto_buf struct buf plain = BUF_SECRET(text.length + 1);

	for (size_t i = 0; i < text.length; i++)
		if (text.data[i] == '+' || text.data[i] == '/')
			return false;
	if (buf_add_span(&plain, text) < 0)
		return false;
	replace(&plain, 0, "-_", "+/");
	return base64_decode(buf_span(&plain), to);
}
