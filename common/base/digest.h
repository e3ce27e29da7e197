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

/* Of what comes piece by piece. */
enum digest_kind { DIGEST_SHA1, DIGEST_SHA256 };
struct digest;

MUST_CHECK struct digest *digest_new(enum digest_kind kind);
void digest_add(struct digest *digest, struct span bytes);

/* The bytes of the digest of all that was added, of which the kind says how many; it is empty again. */
#define DIGEST_SIZE_MAX 64
void digest_take(struct digest *digest, unsigned char bytes[static DIGEST_SIZE_MAX]);

/* That of SHA-256 as lower case hexadecimal digits. */
void digest_take_hex(struct digest *digest, char hex[static 2 * DIGEST_SHA256_SIZE + 1]);

void digest_free(struct digest *digest); /* NULL is fine */
void digest_free_pointer(struct digest **digest);
#define auto_digest AUTO(digest_free_pointer)

#endif
