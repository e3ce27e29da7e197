/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lfs: Git LFS, large files that a repository names by pointers and that an LFS server keeps.
 *
 * A file belongs to it when its attribute is filter=lfs and its content in the repository is a pointer.
 *
 * get.c brings what a working tree needs, put.c what a push needs. pointer.c and objects.c are the
 * things; files.c and commits.c find them in an index and in a history; config.c and endpoint.c say
 * where the server is, authenticate.c asks it by SSH, server.c over HTTP with the words of batch.c and
 * action.c; transfer.c moves objects by download.c and upload.c, local.c from folder to folder;
 * store.c is .git/lfs, driver.c writes files from it.
 */
#ifndef GIT_LFS_LFS_H
#define GIT_LFS_LFS_H

#include "git/driver/driver.h"
#include "git/remote/remote.h"
#include "resource/schema.h"

struct git_repository;
struct git_index;
struct lfs;

/* The files of an index that are to be written. */
struct lfs_files {
	struct git_repository *repository;
	struct git_index *index;
	char *const *paths; /* of those that are, in the index's order */
	size_t count;
	const struct list *git_config; /* of source */
	const char *ref;               /* full name of the branch; NULL: not known */
};

/*
 * Bring the objects of these files into the repository's store. `*lfs` stays NULL, and nothing is
 * asked, where no file of the index has the attribute. ERR_MISSING names the path and the object that
 * the server does not have.
 */
MUST_CHECK int lfs_get(
	struct lfs **lfs, const struct lfs_files *files, struct remote *remote, struct err *err);

/* What writes a file from its pointer; of no file for NULL. The lfs must outlive it. */
struct driver lfs_driver(const struct lfs *lfs);

/* Settings as `git lfs install --local` leaves them in the configuration of the folder `git`. */
MUST_CHECK int lfs_configure(const char *git, struct err *err);

void lfs_free(struct lfs *lfs); /* NULL is fine */

/* What goes to a remote. */
struct lfs_push {
	struct git_repository *repository;
	const struct oids
		*wants; /* commits and tags that it shall have; .lfsconfig is that of the first */
	const struct oids *haves; /* what it has; unknown ones are passed over */
	const char *ref;          /* full name that the first gets there */
};

/*
 * Bring the objects that the commits which go need, and which the server has not, to it. ERR_CONFIG
 * names the path and the object that is not in the store either.
 */
MUST_CHECK int lfs_put(const struct lfs_push *push, struct remote *remote, struct err *err);

#endif
