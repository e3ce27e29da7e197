/* SPDX-License-Identifier: Apache-2.0 */
/* crypt: what signatures of requests and tokens are made of. The only includer of OpenSSL in kube. */
#ifndef KUBE_AUTH_CRYPT_H
#define KUBE_AUTH_CRYPT_H

#include "base/buf.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/span.h"

struct digest {
	unsigned char bytes[32];
};

struct digest crypt_sha256(struct span bytes);
struct digest crypt_hmac_sha256(struct span key, struct span bytes);

/* Lower case. */
#define DIGEST_HEX_SIZE (2 * sizeof(struct digest) + 1)
void crypt_hex(const struct digest *digest, char text[static DIGEST_HEX_SIZE]);

/*
 * Append the signature of `bytes` by RSASSA-PKCS1-v1_5 with SHA-256. `key` is an RSA key in PEM without
 * a passphrase; another one is ERR_CONFIG.
 */
MUST_CHECK int crypt_sign_rs256(
	const struct secret *key, struct span bytes, struct buf *signature, struct err *err);

/* RFC 4648's URL-safe alphabet without padding. False where `to` is full or, for decoding, where the
 * text is not base64. */
MUST_CHECK bool crypt_base64url(struct span bytes, struct buf *to);
MUST_CHECK bool crypt_unbase64url(struct span text, struct buf *to);

#endif
