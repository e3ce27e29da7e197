/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keyserver: OpenPGP keys by their ids, from a key server that speaks HKP (draft-gallagher-openpgp-hkp):
 * hkp://, hkps://, http:// or https://, hkp:// where nothing is said.
 *
 * An id is a fingerprint, or the 16 digits at its end, of a primary key; 0x and blanks may stand in it.
 * What the server sends is believed only as far as its fingerprint is that: ids of eight digits are
 * refused, as anybody can make a key that has a given one.
 */
#ifndef GIT_VERIFY_KEYSERVER_H
#define GIT_VERIFY_KEYSERVER_H

#include "git/source.h"
#include "git/verify/keyring.h"

/* Are source's ids and the server's address such as can be asked? ERR_CONFIG. */
MUST_CHECK int keyserver_check(const struct git_source *source, struct err *err);

/* Add the keys that source's ids name. */
MUST_CHECK int keyserver_fetch(
	struct keyring *keyring, const struct git_source *source, struct err *err);

#endif
