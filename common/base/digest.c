/* SPDX-License-Identifier: Apache-2.0 */
/* digest: cryptographic hashes, by OpenSSL. */
#include <limits.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/digest.h"
#include "base/mem.h"

struct sha256 {
	EVP_MD_CTX *context;
};

int digest_sha256(
	struct span data, unsigned char digest[static DIGEST_SHA256_SIZE], struct err *err)
{
	if (!EVP_Digest(data.data, data.length, digest, NULL, EVP_sha256(), NULL))
		return err_set(err, ERR_INTERNAL, "SHA-256 is not available");
	return 0;
}

int digest_hmac_sha1(struct span key, struct span data,
	unsigned char digest[static DIGEST_SHA1_SIZE], struct err *err)
{
	if (key.length > INT_MAX ||
		!HMAC(EVP_sha1(), key.data, (int)key.length, (const unsigned char *)data.data,
			data.length, digest, NULL))
		return err_set(err, ERR_INTERNAL, "HMAC with SHA-1 is not available");
	return 0;
}

void digest_hex(const unsigned char *bytes, size_t count, char *text)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < count; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 15];
	}
	text[2 * count] = '\0';
}

/* SHA-256 is always there and its context small: failing is as much as being out of memory. */
static void must(int done)
{
	if (!done)
		abort();
}

struct sha256 *sha256_new(void)
{
	struct sha256 *sha256 = mem_alloc(sizeof(*sha256));

	sha256->context = EVP_MD_CTX_new();
	must(sha256->context != NULL);
	must(EVP_DigestInit_ex(sha256->context, EVP_sha256(), NULL));
	return sha256;
}

void sha256_add(struct sha256 *sha256, struct span bytes)
{
	must(EVP_DigestUpdate(sha256->context, bytes.data, bytes.length));
}

void sha256_take(struct sha256 *sha256, char hex[static 2 * DIGEST_SHA256_SIZE + 1])
{
	unsigned char raw[EVP_MAX_MD_SIZE] = { 0 };

	must(EVP_DigestFinal_ex(sha256->context, raw, NULL));
	must(EVP_DigestInit_ex(sha256->context, EVP_sha256(), NULL));
	digest_hex(raw, DIGEST_SHA256_SIZE, hex);
}

void sha256_free(struct sha256 *sha256)
{
	if (!sha256)
		return;
	EVP_MD_CTX_free(sha256->context);
	free(sha256);
}

void sha256_free_pointer(struct sha256 **sha256)
{
	sha256_free(*sha256);
	*sha256 = NULL;
}
