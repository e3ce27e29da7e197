/* SPDX-License-Identifier: Apache-2.0 */
/* openpgp: is a commit's OpenPGP signature one by a key of a keyring? */
#ifndef GIT_VERIFY_OPENPGP_H
#define GIT_VERIFY_OPENPGP_H

#include "git/verify/keyring.h"

/* The fingerprint of the key, and of the primary key that it belongs to: 40 digits. */
struct openpgp_signer {
	char key[41];
	char primary[41];
};

/*
 * Read what gpgv said for programs of one signature. ERR_REMOTE says why it is refused: not by one of
 * `allowed` (fingerprints of primary keys), bad, expired, by an expired or revoked key, or by a digest
 * that can be forged.
 */
MUST_CHECK int openpgp_judge(struct span status, const struct strings *allowed,
	struct openpgp_signer *signer, struct err *err);

/* 0 if a key of the keyring signed the payload; `armored` is the text of the signature. */
MUST_CHECK int openpgp_verify(const struct keyring *keyring, struct span armored,
	struct span payload, struct openpgp_signer *signer, struct err *err);

#endif
