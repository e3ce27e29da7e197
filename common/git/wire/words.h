/* SPDX-License-Identifier: Apache-2.0 */
/* words: what a server says, made fit for one line of ours. */
#ifndef GIT_WIRE_WORDS_H
#define GIT_WIRE_WORDS_H

#include "base/span.h"

/* A copy without white space at the ends, at most 400 bytes, control characters as '?', line ends as
 * "; ". NUL-terminated, valid UTF-8, the caller's to free. */
MUST_CHECK char *words_of(struct span said);

#endif
