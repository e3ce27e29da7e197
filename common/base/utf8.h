/* SPDX-License-Identifier: Apache-2.0 */
/* utf8: what may stand in JSON. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/defs.h"
#include "base/span.h"

/*
 * A NUL-terminated copy of `text` that is valid UTF-8: each byte that is not part of a character
 * becomes U+FFFD, and NULs, which Concourse's database cannot store, are left out. The caller frees.
 */
MUST_CHECK char *utf8_clean(struct span text);

/* The length of the character at the front, 1 to 4, or 0 where none begins there. */
size_t utf8_length(struct span text);

#endif
