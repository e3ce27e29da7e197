/* SPDX-License-Identifier: Apache-2.0 */
/* get: what the files that write a working tree share; private to lfs/. */
#ifndef GIT_LFS_GET_H
#define GIT_LFS_GET_H

#include "git/lfs/lfs.h"
#include "git/lfs/store.h"

struct lfs {
	struct lfs_store store;
};

#endif
