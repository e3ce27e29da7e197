/* SPDX-License-Identifier: Apache-2.0 */
/* ssh_verify: signatures by SSH keys, by OpenSSL. */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "base/digest.h"
#include "net/ssh_verify.h"
#include "net/ssh_wire.h"

enum family { FAMILY_ED25519, FAMILY_RSA, FAMILY_EC };

/* What a type of signature is; a key of a token signs more than the data. */
struct algorithm {
	const char *key_type;
	const char *signature_type;
	enum family family;
	const EVP_MD *(*digest)(void);
	const char *curve; /* as SSH names it */
	const char *group; /* as OpenSSL does */
	bool token;
};

static const struct algorithm algorithms[] = {
	{ "ssh-ed25519", "ssh-ed25519", FAMILY_ED25519, NULL, NULL, NULL, false },
	{ "ssh-rsa", "rsa-sha2-512", FAMILY_RSA, EVP_sha512, NULL, NULL, false },
	{ "ssh-rsa", "rsa-sha2-256", FAMILY_RSA, EVP_sha256, NULL, NULL, false },
	{ "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", FAMILY_EC, EVP_sha256, "nistp256", "P-256",
		false },
	{ "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384", FAMILY_EC, EVP_sha384, "nistp384", "P-384",
		false },
	{ "ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521", FAMILY_EC, EVP_sha512, "nistp521", "P-521",
		false },
	{ "sk-ssh-ed25519@openssh.com", "sk-ssh-ed25519@openssh.com", FAMILY_ED25519, NULL, NULL,
		NULL, true },
	{ "sk-ecdsa-sha2-nistp256@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com", FAMILY_EC,
		EVP_sha256, "nistp256", "P-256", true },
};

/* OpenSSH takes RSA keys of these sizes. */
enum { RSA_BITS_MIN = 1024, RSA_BITS_MAX = 16384 };

#define LIBRARY_AUTO(type, release)                      \
	static void release_##type(type *const *pointer) \
	{                                                \
		release(*pointer);                       \
	}

LIBRARY_AUTO(EVP_PKEY, EVP_PKEY_free)
LIBRARY_AUTO(EVP_PKEY_CTX, EVP_PKEY_CTX_free)
LIBRARY_AUTO(EVP_MD_CTX, EVP_MD_CTX_free)
LIBRARY_AUTO(OSSL_PARAM, OSSL_PARAM_free)
LIBRARY_AUTO(OSSL_PARAM_BLD, OSSL_PARAM_BLD_free)
LIBRARY_AUTO(BIGNUM, BN_free)
LIBRARY_AUTO(ECDSA_SIG, ECDSA_SIG_free)

static void release_der(unsigned char *const *der)
{
	OPENSSL_free(*der);
}

static const unsigned char *bytes_of(struct span span)
{
	return (const unsigned char *)span.data;
}

/* A number of SSH's: big-endian, not negative. */
static BIGNUM *number_of(struct span bytes)
{
	if (bytes.length > RSA_BITS_MAX / 8 + 1 || (bytes.length && bytes.data[0] & 0x80))
		return NULL;
	return BN_bin2bn(bytes_of(bytes), (int)bytes.length, NULL);
}

static EVP_PKEY *from_params(const char *type, OSSL_PARAM *params)
{
	AUTO(release_EVP_PKEY_CTX)
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *made = NULL;

	if (!context || EVP_PKEY_fromdata_init(context) <= 0 ||
		EVP_PKEY_fromdata(context, &made, EVP_PKEY_PUBLIC_KEY, params) <= 0)
		return NULL;
	return made;
}

static EVP_PKEY *make_rsa(struct span exponent, struct span modulus)
{
	AUTO(release_BIGNUM) BIGNUM *e = number_of(exponent);
	AUTO(release_BIGNUM) BIGNUM *n = number_of(modulus);
	AUTO(release_OSSL_PARAM_BLD) OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	AUTO(release_OSSL_PARAM) OSSL_PARAM *params = NULL;

	if (!e || !n || !build || BN_num_bits(n) < RSA_BITS_MIN || BN_num_bits(n) > RSA_BITS_MAX ||
		!OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) ||
		!OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n))
		return NULL;
	params = OSSL_PARAM_BLD_to_param(build);
	return params ? from_params("RSA", params) : NULL;
}

static EVP_PKEY *make_ec(const struct algorithm *algorithm, struct span point)
{
	AUTO(release_OSSL_PARAM_BLD) OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	AUTO(release_OSSL_PARAM) OSSL_PARAM *params = NULL;

	if (!build ||
		!OSSL_PARAM_BLD_push_utf8_string(
			build, OSSL_PKEY_PARAM_GROUP_NAME, algorithm->group, 0) ||
		!OSSL_PARAM_BLD_push_octet_string(
			build, OSSL_PKEY_PARAM_PUB_KEY, point.data, point.length))
		return NULL;
	params = OSSL_PARAM_BLD_to_param(build);
	return params ? from_params("EC", params) : NULL;
}

/* The key that a blob holds, whole; `application` is that of a token. NULL where it is none. */
static EVP_PKEY *read_key(
	const struct algorithm *algorithm, struct span blob, struct span *application)
{
	struct span type, first, second = { "", 0 };

	if (!ssh_take_string(&blob, &type) || !ssh_take_string(&blob, &first) ||
		(algorithm->family != FAMILY_ED25519 && !ssh_take_string(&blob, &second)) ||
		(algorithm->token && !ssh_take_string(&blob, application)) || blob.length)
		return NULL;
	switch (algorithm->family) {
	case FAMILY_RSA:
		return make_rsa(first, second);
	case FAMILY_EC:
		return span_is(first, algorithm->curve) ? make_ec(algorithm, second) : NULL;
	case FAMILY_ED25519:
	default:
		return EVP_PKEY_new_raw_public_key(
			EVP_PKEY_ED25519, NULL, bytes_of(first), first.length);
	}
}

/* What can be said of a key of that type, or of its signatures of that type. NULL: nothing. */
static const struct algorithm *find(struct span key_type, struct span signature_type)
{
	for (size_t i = 0; i < COUNT(algorithms); i++)
		if (span_is(key_type, algorithms[i].key_type) &&
			(!signature_type.length ||
				span_is(signature_type, algorithms[i].signature_type)))
			return &algorithms[i];
	return NULL;
}

/* Two numbers, as OpenSSL reads them: DER. Its length, or -1. */
static int to_der(struct span blob, unsigned char **der)
{
	AUTO(release_ECDSA_SIG) ECDSA_SIG *pair = ECDSA_SIG_new();
	struct span first, second;
	BIGNUM *r, *s;

	if (!pair || !ssh_take_string(&blob, &first) || !ssh_take_string(&blob, &second) ||
		blob.length)
		return -1;
	r = number_of(first);
	s = number_of(second);
	if (!r || !s || !ECDSA_SIG_set0(pair, r, s)) {
		BN_free(r);
		BN_free(s);
		return -1;
	}
	return i2d_ECDSA_SIG(pair, der);
}

static bool is_good(
	const struct algorithm *algorithm, EVP_PKEY *key, struct span blob, struct span data)
{
	AUTO(release_EVP_MD_CTX) EVP_MD_CTX *context = EVP_MD_CTX_new();
	AUTO(release_der) unsigned char *der = NULL;
	const EVP_MD *digest = algorithm->digest ? algorithm->digest() : NULL;

	if (algorithm->family == FAMILY_EC) {
		int length = to_der(blob, &der);

		if (length <= 0)
			return false;
		blob = (struct span){ (const char *)der, (size_t)length };
	}
	return context && EVP_DigestVerifyInit(context, NULL, digest, NULL, key) > 0 &&
		EVP_DigestVerify(
			context, bytes_of(blob), blob.length, bytes_of(data), data.length) == 1;
}

/* A token signs the digests of its application and of the data, with its flags and its counter. */
static int tokens_data(struct buf *whole, struct span application, struct span counters,
	struct span data, struct err *err)
{
	unsigned char digests[2][DIGEST_SHA256_SIZE];

	if (digest_sha256(application, digests[0], err) < 0 ||
		digest_sha256(data, digests[1], err) < 0)
		return -1;
	if (buf_add(whole, digests[0], sizeof(digests[0])) < 0 ||
		buf_add_span(whole, counters) < 0 ||
		buf_add(whole, digests[1], sizeof(digests[1])) < 0)
		return err_set(err, ERR_INTERNAL, "what a token signs does not fit");
	return 0;
}

int ssh_verify_check(struct span key, struct err *err)
{
	AUTO(release_EVP_PKEY) EVP_PKEY *made = NULL;
	struct span rest = key, type, application;
	const struct algorithm *algorithm;

	if (!ssh_take_string(&rest, &type))
		return err_set(err, ERR_CONFIG, "is not an SSH key");
	algorithm = find(type, (struct span){ "", 0 });
	if (!algorithm)
		return err_set(err, ERR_CONFIG,
			"is of the type '%.*s', which cannot be verified by: Ed25519, ECDSA and RSA can",
			SPAN_FORMAT(type));
	made = read_key(algorithm, key, &application);
	return made ? 0 : err_set(err, ERR_CONFIG, "is not a whole key of its type");
}

int ssh_verify(struct span key, struct span signature, struct span data, struct err *err)
{
	enum { COUNTERS = 1 + 4 };
	AUTO(release_EVP_PKEY) EVP_PKEY *made = NULL;
	auto_buf struct buf whole = BUF(2 * DIGEST_SHA256_SIZE + COUNTERS);
	struct span rest = key, key_type, type, blob, counters, application = { "", 0 };
	const struct algorithm *algorithm;

	if (!ssh_take_string(&rest, &key_type) || !ssh_take_string(&signature, &type) ||
		!ssh_take_string(&signature, &blob))
		return err_set(err, ERR_REMOTE, "is cut short");
	algorithm = type.length ? find(key_type, type) : NULL;
	if (!algorithm)
		return err_set(err, ERR_REMOTE,
			"is of a type that is not verified for keys of the type '%.*s'",
			SPAN_FORMAT(key_type));
	made = read_key(algorithm, key, &application);
	if (algorithm->token) {
		if (!span_take_bytes(&signature, COUNTERS, &counters))
			return err_set(err, ERR_REMOTE, "is cut short");
		if (tokens_data(&whole, application, counters, data, err) < 0)
			return -1;
		data = buf_span(&whole);
	}
	if (!made || signature.length || !is_good(algorithm, made, blob, data))
		return err_set(err, ERR_REMOTE, "does not match");
	return 0;
}
