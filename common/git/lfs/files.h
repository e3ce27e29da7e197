/* SPDX-License-Identifier: Apache-2.0 */
/* files: the objects that the files of an index need. */
#ifndef GIT_LFS_FILES_H
#define GIT_LFS_FILES_H

#include "git/lfs/config.h"
#include "git/lfs/lfs.h"
#include "git/lfs/objects.h"

/* Does any attribute of the index name Git LFS? */
MUST_CHECK int lfs_files_have_attribute(bool *have, const struct lfs_files *files, struct err *err);

/* Append the text of .lfsconfig, nothing where there is none. */
MUST_CHECK int lfs_files_config(struct buf *text, const struct lfs_files *files, struct err *err);

/*
 * Add the objects of the files, but for those that lfs.fetchinclude and lfs.fetchexclude leave out.
 * ERR_CONFIG names a file whose pointer has extensions.
 */
MUST_CHECK int lfs_files_find(struct lfs_objects *objects, const struct lfs_files *files,
	const struct lfs_config *config, struct err *err);

/* Read an object's text if it can be a pointer. LFS_NONE also where it cannot be read. */
enum lfs_kind lfs_blob_read(
	struct lfs_pointer *pointer, struct git_repository *repository, const struct oid *blob);

/* The sentence for a pointer with extensions. Always -1. */
int lfs_extended(const char *path, struct err *err);

#endif
