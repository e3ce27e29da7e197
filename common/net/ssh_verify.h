/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ssh_verify: signatures by SSH keys (RFC 4253 section 6.6, 5656, 8332, 8709; OpenSSH's PROTOCOL.u2f
 * for keys of security tokens, which begin with "sk-").
 *
 * Keys and signatures are blobs as they go over the wire. RSA signs by SHA-2 alone: "ssh-rsa", which
 * means SHA-1, is no signature.
 */
#ifndef NET_SSH_VERIFY_H
#define NET_SSH_VERIFY_H

#include "base/err.h"
#include "base/span.h"

/* Is it a whole key of a type that can be verified by? ERR_CONFIG says what is wrong with it. */
MUST_CHECK int ssh_verify_check(struct span key, struct err *err);

/* 0 if the key made the signature of the data; ERR_REMOTE where it did not. */
MUST_CHECK int ssh_verify(
	struct span key, struct span signature, struct span data, struct err *err);

#endif
