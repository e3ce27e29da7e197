/* SPDX-License-Identifier: Apache-2.0 */
/* bracket: the sets of characters of a glob, `[a-z]`. */
#ifndef GIT_MATCH_BRACKET_H
#define GIT_MATCH_BRACKET_H

#include "base/span.h"

/*
 * Take a set from the front of the pattern, which begins with `[`. False where the byte is not in it,
 * or it is not well formed.
 */
bool bracket_take(struct span *pattern, unsigned char byte, bool fold_case);

#endif
