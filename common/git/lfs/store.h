/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store: the folder .git/lfs of a repository, as git-lfs has it: objects/aa/bb/<oid> for what is there,
 * incomplete/<oid>.part for what is on its way.
 *
 * An object is put under its id only when its size and SHA-256 are right. No symbolic link inside the
 * folder is followed.
 */
#ifndef GIT_LFS_STORE_H
#define GIT_LFS_STORE_H

#include "base/digest.h"
#include "git/lfs/pointer.h"

struct lfs_store {
	int fd; /* of .git/lfs; -1: there is none */
};

/* An object on its way: owned. */
struct lfs_part {
	int fd;
	struct digest *sha256; /* of the bytes that are there */
	uint64_t length;
	struct lfs_pointer wanted;
};

/* Open the folder in `git`, the repository's own; `create`: make what is not there. */
MUST_CHECK int lfs_store_open(
	struct lfs_store *store, const char *git, bool create, struct err *err);
void lfs_store_close(struct lfs_store *store);

/* Open an object for reading: a descriptor, or -1 with ERR_MISSING where it is not there in that size. */
MUST_CHECK int lfs_store_read(
	const struct lfs_store *store, const struct lfs_pointer *wanted, struct err *err);

/* Hand what is left of an open object to `take`, piece by piece; the message of a failure says `name`. */
typedef int lfs_take_piece(void *context, struct span piece, struct err *err);
MUST_CHECK int lfs_store_pieces(
	int fd, const char *name, lfs_take_piece *take, void *context, struct err *err);

/* Read an object that is there; one that is not what its name says is removed. 1: it is there and
 * right; 0: it is not there. */
MUST_CHECK int lfs_store_check(
	const struct lfs_store *store, const struct lfs_pointer *wanted, struct err *err);

/* Begin an object, with what an earlier attempt has left of it. */
MUST_CHECK int lfs_part_open(struct lfs_part *part, const struct lfs_store *store,
	const struct lfs_pointer *wanted, struct err *err);

/* Add bytes. ERR_REMOTE where there are more than the object has. */
MUST_CHECK int lfs_part_add(struct lfs_part *part, struct span bytes, struct err *err);

/* Forget all that is there of it. */
MUST_CHECK int lfs_part_empty(struct lfs_part *part, struct err *err);

/* Make it an object. ERR_REMOTE where it is another one than was wanted; it is emptied then. */
MUST_CHECK int lfs_part_finish(
	struct lfs_part *part, const struct lfs_store *store, struct err *err);

/* Close it; what is there stays for another attempt. A zeroed one is fine once it was opened. */
void lfs_part_close(struct lfs_part *part);

#endif
