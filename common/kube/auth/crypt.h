/* SPDX-License-Identifier: Apache-2.0 */
/* crypt: what signatures of requests are made of. The only includer of OpenSSL in kube. */
#ifndef KUBE_AUTH_CRYPT_H
#define KUBE_AUTH_CRYPT_H

#include "base/defs.h"
#include "base/span.h"

struct digest {
	unsigned char bytes[32];
};

struct digest crypt_sha256(struct span bytes);
struct digest crypt_hmac_sha256(struct span key, struct span bytes);

/* Lower case. */
#define DIGEST_HEX_SIZE (2 * sizeof(struct digest) + 1)
void crypt_hex(const struct digest *digest, char text[static DIGEST_HEX_SIZE]);

#endif
