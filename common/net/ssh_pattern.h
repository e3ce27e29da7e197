/* SPDX-License-Identifier: Apache-2.0 */
/* ssh_pattern: lists of patterns with `*`, `?` and `!` (ssh_config(5), "PATTERNS"). */
#ifndef NET_SSH_PATTERN_H
#define NET_SSH_PATTERN_H

#include "base/span.h"

/*
 * Whether one of the patterns of a list, which commas part, matches the name, and none that is negated
 * does. `any_case`: the case of letters does not matter.
 */
bool ssh_pattern_list(struct span list, const char *name, bool any_case);

#endif
