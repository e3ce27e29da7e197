/* SPDX-License-Identifier: Apache-2.0 */
/* cipher: what git-crypt encrypts a file with. The only includer of OpenSSL here. */
#ifndef GIT_CRYPT_CIPHER_H
#define GIT_CRYPT_CIPHER_H

#include "git/crypt/key.h"

enum { CRYPT_NONCE_LENGTH = 12 };

/*
 * The plain text of `sealed`, as many bytes, to `plain`: AES-256 in counter mode, from block 0 of the
 * nonce on, which is the beginning of the plain text's HMAC. ERR_CONFIG where it is not: another key
 * encrypted the file, or it was changed; `plain` holds nothing of use then.
 */
MUST_CHECK int cipher_open(const struct crypt_key *key, struct span nonce, struct span sealed,
	char *plain, struct err *err);

#endif
