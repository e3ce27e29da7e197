/* SPDX-License-Identifier: Apache-2.0 */
/* crypt: what signatures of requests are made of. */
#include <limits.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/digest.h"
#include "kube/auth/crypt.h"

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
