/* SPDX-License-Identifier: Apache-2.0 */
/* jwt: JSON Web Tokens. */
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/base64.h"
#include "base/limits.h"
#include "base/mem.h"
#include "net/jwt.h"

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
		EVP_DigestSign(context, (unsigned char *)room, &length,
			(const unsigned char *)bytes.data, bytes.length) == 1;

	if (done)
		signature->length += length;
	ERR_clear_error();
	return done;
}

/* RSASSA-PKCS1-v1_5 with SHA-256. */
static int sign_rs256(
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

static bool add_json(struct buf *token, json_t *object)
{
	auto_free char *text = json_dumps(object, JSON_COMPACT);

	return text && base64url_encode(span_of(text), token);
}

static int too_long(struct err *err)
{
	return err_set(err, ERR_CONFIG, "makes a token that is too long");
}

int jwt_sign(struct secret **token, json_t *claims, const char *key_id, const struct secret *key,
	struct err *err)
{
	json_auto_t *header = json_pack(
		"{s:s, s:s, s:s*}", "alg", "RS256", "typ", "JWT", "kid", key_id);
	auto_buf struct buf text = BUF_SECRET(LIMIT_TOKEN);
	auto_buf struct buf signature = BUF(LIMIT_TOKEN);

	if (!add_json(&text, header) || buf_add_string(&text, ".") < 0 || !add_json(&text, claims))
		return too_long(err);
	if (sign_rs256(key, buf_span(&text), &signature, err) < 0)
		return -1;
	if (buf_add_string(&text, ".") < 0 || !base64url_encode(buf_span(&signature), &text))
		return too_long(err);
	*token = secret_new(buf_span(&text));
	return 0;
}

bool jwt_end_ms(struct span token, int64_t *end_ms)
{
	const double latest = 1e12; /* seconds; the year 33658 */
	auto_buf struct buf text = BUF_SECRET(LIMIT_TOKEN);
	json_auto_t *claims = NULL;
	struct span header;
	struct span payload;
	double end;

	if (!span_take_until(&token, ".", &header) || !span_take(&token, ".") ||
		!span_take_until(&token, ".", &payload) || !base64url_decode(payload, &text))
		return false;
	claims = json_loadb(text.data ? text.data : "", text.length, 0, NULL);
	end = json_number_value(json_object_get(claims, "exp"));
	if (!(end > 0 && end < latest))
		return false;
	*end_ms = (int64_t)(end * 1000);
	return true;
}
