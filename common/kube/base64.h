/* SPDX-License-Identifier: Apache-2.0 */
/* base64: RFC 4648's decoder by OpenSSL, made strict. */
#ifndef KUBE_BASE64_H
#define KUBE_BASE64_H

#include "base/buf.h"

/*
 * Append the bytes that `text` encodes. White space in it is passed over, the padding must be there.
 * Returns -1, and adds nothing, where it is not base64 or too long for `bytes`.
 */
MUST_CHECK int base64_decode(struct span text, struct buf *bytes);

#endif
