/* SPDX-License-Identifier: Apache-2.0 */
/*
 * armor: OpenPGP's bytes as text (RFC 9580, section 6): a BEGIN line, headers, an empty line, base64, a
 * checksum that may be missing, an END line.
 */
#ifndef GIT_VERIFY_ARMOR_H
#define GIT_VERIFY_ARMOR_H

#include "base/buf.h"
#include "base/err.h"

/*
 * Append the bytes of the next block of the kind `label` ("PGP SIGNATURE") and move `text` behind it.
 * Lines in front of it are passed over, but no block of another kind is. 1, or 0 where there is none
 * left; ERR_CONFIG where it is malformed or of another kind. Messages show nothing of the text.
 */
MUST_CHECK int armor_take(struct span *text, const char *label, struct buf *bytes, struct err *err);

#endif
