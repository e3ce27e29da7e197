/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seen: what a pathspec sees of a tree, which is all that is kept of it.
 *
 * What is decided by names is folded into one digest: files that are meant, and folders all of which
 * is. Of two trees with different digests something meant has changed; with equal ones, it depends on
 * the folders that are listed.
 */
#ifndef GIT_PATHS_SEEN_H
#define GIT_PATHS_SEEN_H

#include "git/hash.h"
#include "git/paths/pathspec.h"

/* `{ 0 }` is what is seen of no tree. */
struct seen {
	struct oid digest; /* unset: nothing that is meant for sure */
	char *folders;     /* "name/" and raw id, in the order of git's trees */
	size_t length;
};

/* `folder` is the tree's path, with a slash at its end, or "". ERR_REMOTE where it is no tree. */
MUST_CHECK int seen_read(struct seen *seen, const struct pathspec *pathspec, const char *folder,
	struct span content, struct err *err);

/* A folder that is not the same in two trees; unset where one has none of that name. */
struct seen_change {
	struct span name; /* with its slash */
	struct oid before, after;
};

/* Where two lists are read; both begin at 0. */
struct seen_place {
	size_t before, after;
};

/* The next folder that differs. */
bool seen_next_change(const struct seen *before, const struct seen *after, struct seen_place *place,
	struct seen_change *change);

void seen_release(struct seen *seen);

#endif
