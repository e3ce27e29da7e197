/* SPDX-License-Identifier: Apache-2.0 */
/* commits: the objects that commits need which one side has and the other has not. */
#ifndef GIT_LFS_COMMITS_H
#define GIT_LFS_COMMITS_H

#include "git/lfs/lfs.h"
#include "git/lfs/objects.h"

/*
 * Add the objects of files that these commits bring in: with the attribute filter=lfs in that commit.
 * ERR_CONFIG names a file whose pointer has extensions.
 */
MUST_CHECK int lfs_commits_find(
	struct lfs_objects *objects, const struct lfs_push *push, struct err *err);

/* Append the text of .lfsconfig in the first that goes, nothing where there is none. */
MUST_CHECK int lfs_commits_config(struct buf *text, const struct lfs_push *push, struct err *err);

#endif
