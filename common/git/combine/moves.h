/* SPDX-License-Identifier: Apache-2.0 */
/*
 * moves: renames as a merge path by path can understand them. Where a side has renamed a file that the
 * other side changed too, the base and the other side get it under its new name.
 */
#ifndef GIT_COMBINE_MOVES_H
#define GIT_COMBINE_MOVES_H

#include "git/combine/trees.h"

/* `before` as they are to be merged, of one's own; those that nothing moves in are the same. ERR_CONFIG, with
 * `what` in front, where a rename itself is a conflict. */
MUST_CHECK int moves_apply(struct trees *after, const struct combine *combine,
	const struct trees *before, const char *what, struct err *err);

#endif
