/* SPDX-License-Identifier: Apache-2.0 */
/* redact: the set of texts that must not be shown, and the search for them in a line. */
#ifndef BASE_REDACT_H
#define BASE_REDACT_H

#include "base/buf.h"
#include "base/span.h"

/* Add `text`, and each line of it without the white space around; single bytes are passed over. */
void redact_add(struct span text);

/*
 * Append `line` to `out` with every known text replaced by `((redacted))`, the longest first.
 * Costs one table look-up a byte while nothing matches. Returns -1 where `out` is full.
 */
MUST_CHECK int redact_append(struct buf *out, struct span line);

/* Wipe and forget all. */
void redact_release(void);

#endif
