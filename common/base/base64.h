/* SPDX-License-Identifier: Apache-2.0 */
/* base64: RFC 4648's alphabets, the first of which is meant where none is named. */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/buf.h"
#include "base/span.h"

/*
 * Append the bytes that `text` stands for. White space is passed over and the padding at the end may
 * be missing. False, and `bytes` as it was, where the text is not base64 or `bytes` is full.
 */
MUST_CHECK bool base64_decode(struct span text, struct buf *bytes);

/* Append the text that stands for `bytes`. False where `text` is full. */
MUST_CHECK bool base64_encode(struct span bytes, bool padded, struct buf *text);

/* The same in the alphabet that is safe in URLs, without padding. */
MUST_CHECK bool base64url_encode(struct span bytes, struct buf *text);
MUST_CHECK bool base64url_decode(struct span text, struct buf *bytes);

#endif
