/* SPDX-License-Identifier: Apache-2.0 */
/* jwt: JSON Web Tokens (RFC 7519): signing our own, and reading when another's ends. */
#ifndef NET_JWT_H
#define NET_JWT_H

#include <jansson.h>

#include "base/err.h"
#include "base/secret.h"
#include "base/span.h"

/* The token with these claims, signed by RS256 with an RSA key in PEM that has no passphrase;
 * `key_id` may be NULL. ERR_CONFIG where the key cannot be used. */
MUST_CHECK int jwt_sign(struct secret **token, json_t *claims, const char *key_id,
	const struct secret *key, struct err *err);

/* The claim "exp", in milliseconds since 1970. The signature is not looked at: whoever takes the
 * token does that. False where it is no JWT or does not say. */
bool jwt_end_ms(struct span token, int64_t *end_ms);

#endif
