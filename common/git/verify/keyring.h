/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keyring: OpenPGP keys as gpgv reads them, packet after packet, and their fingerprints, by which it is
 * told that they made a signature.
 */
#ifndef GIT_VERIFY_KEYRING_H
#define GIT_VERIFY_KEYRING_H

#include "base/buf.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/strings.h"

struct keyring {
	struct buf bytes;
	struct strings fingerprints; /* of the primary keys: 40 digits, A-F in upper case */
};

/* Nothing is in it. */
#define KEYRING ((struct keyring){ .bytes = BUF(LIMIT_OPENPGP_KEYS) })

void keyring_release(struct keyring *keyring);
#define auto_keyring AUTO(keyring_release)

/*
 * Add the keys of a text, of one or more armored blocks. `id` takes only the key whose fingerprint ends
 * so (upper case; NULL: all of them). The count of keys added; ERR_CONFIG where it is malformed, holds
 * something else, or two keys end in `id`. The keyring is unchanged then.
 */
MUST_CHECK int keyring_add(
	struct keyring *keyring, struct span text, const char *id, struct err *err);

#endif
