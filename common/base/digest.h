/* SPDX-License-Identifier: Apache-2.0 */
/* digest: cryptographic hashes. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/err.h"
#include "base/span.h"

#define DIGEST_SHA1_SIZE 20
#define DIGEST_SHA256_SIZE 32

/* Both fail only where the machine's policy forbids the algorithm: ERR_INTERNAL. */
MUST_CHECK int digest_sha256(
	struct span data, unsigned char digest[static DIGEST_SHA256_SIZE], struct err *err);
MUST_CHECK int digest_hmac_sha1(struct span key, struct span data,
	unsigned char digest[static DIGEST_SHA1_SIZE], struct err *err);

/* `count` bytes as lower case hexadecimal digits; `text` has room for them and a NUL. */
void digest_hex(const unsigned char *bytes, size_t count, char *text);

/* SHA-256 of what comes piece by piece. */
struct sha256;

MUST_CHECK struct sha256 *sha256_new(void);
void sha256_add(struct sha256 *sha256, struct span bytes);

/* The digest, as 64 lower case hexadecimal digits, of all that was added; it is empty again. */
void sha256_take(struct sha256 *sha256, char hex[static 2 * DIGEST_SHA256_SIZE + 1]);

void sha256_free(struct sha256 *sha256); /* NULL is fine */
void sha256_free_pointer(struct sha256 **sha256);
#define auto_sha256 AUTO(sha256_free_pointer)

#endif
