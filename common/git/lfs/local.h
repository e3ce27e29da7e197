/* SPDX-License-Identifier: Apache-2.0 */
/* local: objects from the store of one repository on this machine to that of another. */
#ifndef GIT_LFS_LOCAL_H
#define GIT_LFS_LOCAL_H

#include "git/lfs/objects.h"
#include "git/lfs/store.h"

/* Open the store of the repository in `folder`, or of the bare one that it is. */
MUST_CHECK int lfs_local_open(
	struct lfs_store *store, const char *folder, bool create, struct err *err);

/* Bring the objects that `to` does not have. ERR_MISSING names the path and the object that `from` has
 * not either. */
MUST_CHECK int lfs_local_copy(const struct lfs_store *from, const struct lfs_store *to,
	const struct lfs_objects *objects, struct err *err);

#endif
