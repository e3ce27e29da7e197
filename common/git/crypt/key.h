/* SPDX-License-Identifier: Apache-2.0 */
/* key: git-crypt's key file, as `git-crypt export-key` writes it. */
#ifndef GIT_CRYPT_KEY_H
#define GIT_CRYPT_KEY_H

#include "base/err.h"
#include "base/span.h"

/* All of it is borrowed of the file. */
struct crypt_key {
	struct span name; /* letters, digits, - and _; empty: the default key */
	struct span aes;  /* CRYPT_AES_LENGTH bytes, of AES-256 */
	struct span hmac; /* CRYPT_HMAC_LENGTH bytes, of HMAC with SHA-1 */
};

enum { CRYPT_AES_LENGTH = 32, CRYPT_HMAC_LENGTH = 64, CRYPT_NAME_MAX = 128 };

/*
 * Format version 2: the magic, the fields of a header, and the fields of each version of the key, each
 * list ended by a zero. Of the versions the first, 0, is taken: files do not say another one yet. Unknown
 * fields are passed over where their number is even and refused where it is odd, as they are critical
 * then. ERR_CONFIG, without the name of the field of source.
 */
MUST_CHECK int crypt_key_parse(struct crypt_key *key, struct span file, struct err *err);

#endif
