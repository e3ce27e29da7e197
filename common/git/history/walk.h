/* SPDX-License-Identifier: Apache-2.0 */
/*
 * walk: the first-parent chain of a commit, newest first, in blocks for filters to judge.
 *
 * It comes in windows: ten commits at first, which is enough for nearly every check, and then each
 * window reaches several times further back, until the root. What a window holds is a guess by depth
 * and dates; which commits follow which is read from the commits themselves.
 */
#ifndef GIT_HISTORY_WALK_H
#define GIT_HISTORY_WALK_H

#include "git/history/filter.h"
#include "git/pack/memory.h"
#include "git/remote/remote.h"

struct walk;

/* `comparing`: the blocks' parent_tree is needed. The remote must outlive the walk. */
MUST_CHECK struct walk *walk_new(struct remote *remote, const struct oid *tip, bool comparing);

/* The first window, which came already; NULL: it did not. It becomes the walk's. */
void walk_begin(struct walk *walk, struct pack_memory *memory);

/*
 * The next block, at most HISTORY_BLOCK_MAX commits and small at first. Returns how many; 0 behind the
 * root, or where there is more history than a check holds in memory, which is a warning. The block is
 * good until the next call.
 */
MUST_CHECK long walk_block(struct walk *walk, const struct history_commit **block, struct err *err);

/* Does the chain end with the block that came last? */
bool walk_at_root(const struct walk *walk);

/* Is there a commit whose id begins so, among all that came so far, side branches included? */
bool walk_find(const struct walk *walk, const char *prefix, struct oid *oid);

void walk_free(struct walk *walk); /* NULL is fine */
void walk_free_pointer(struct walk **walk);
#define auto_walk AUTO(walk_free_pointer)

#endif
