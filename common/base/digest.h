/* SPDX-License-Identifier: Apache-2.0 */
/* digest: cryptographic hashes of bytes in memory. */
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

#endif
