/* SPDX-License-Identifier: Apache-2.0 */
/* digest: cryptographic hashes, by OpenSSL. */
#include <limits.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/digest.h"

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
