/* SPDX-License-Identifier: Apache-2.0 */
/* digest: cryptographic hashes, by OpenSSL. */
#include <limits.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/digest.h"
#include "base/mem.h"

struct digest {
	enum digest_kind kind;
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

/* They are always there and their contexts small: failing is as much as being out of memory. */
static void must(int done)
{
	if (!done)
		abort();
}

static void begin(struct digest *digest)
{
	must(EVP_DigestInit_ex(
		digest->context, digest->kind == DIGEST_SHA1 ? EVP_sha1() : EVP_sha256(), NULL));
}

struct digest *digest_new(enum digest_kind kind)
{
	struct digest *digest = mem_alloc(sizeof(*digest));

	digest->kind = kind;
	digest->context = EVP_MD_CTX_new();
	must(digest->context != NULL);
	begin(digest);
	return digest;
}

void digest_add(struct digest *digest, struct span bytes)
{
	must(EVP_DigestUpdate(digest->context, bytes.data, bytes.length));
}

void digest_take(struct digest *digest, unsigned char bytes[static DIGEST_SIZE_MAX])
{
	must(EVP_DigestFinal_ex(digest->context, bytes, NULL));
	begin(digest);
}

void digest_take_hex(struct digest *digest, char hex[static 2 * DIGEST_SHA256_SIZE + 1])
{
	unsigned char bytes[DIGEST_SIZE_MAX] = { 0 };

	digest_take(digest, bytes);
	digest_hex(bytes, DIGEST_SHA256_SIZE, hex);
}

void digest_free(struct digest *digest)
{
	if (!digest)
		return;
	EVP_MD_CTX_free(digest->context);
	free(digest);
}

void digest_free_pointer(struct digest **digest)
{
	digest_free(*digest);
	*digest = NULL;
}
