/* SPDX-License-Identifier: Apache-2.0 */
/* objects: contents that Git LFS keeps, each with the path of a file that has it, for messages. */
#ifndef GIT_LFS_OBJECTS_H
#define GIT_LFS_OBJECTS_H

#include "base/err.h"
#include "git/lfs/pointer.h"

struct lfs_object {
	struct lfs_pointer pointer;
	char *path;
};

/* An owned list; `{ 0 }` is empty. */
struct lfs_objects {
	struct lfs_object *items;
	size_t count;
	size_t size; /* private */
};

void lfs_objects_add(
	struct lfs_objects *objects, const struct lfs_pointer *pointer, const char *path);

/* Sort by id and keep one of each. ERR_CONFIG where two pointers give one id two sizes. */
MUST_CHECK int lfs_objects_unite(struct lfs_objects *objects, struct err *err);

void lfs_objects_release(struct lfs_objects *objects);
#define auto_lfs_objects AUTO(lfs_objects_release)

#endif
