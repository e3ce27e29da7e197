/* SPDX-License-Identifier: Apache-2.0 */
/* same: commits whose change the other side has already made (git log --cherry-pick). */
#ifndef GIT_COMBINE_SAME_H
#define GIT_COMBINE_SAME_H

#include "git/combine/combine.h"

/* The commits that only ours has and whose change a commit that only theirs has makes too. */
MUST_CHECK int same_find(struct oids *same, const struct combine *combine, struct err *err);

#endif
