/* SPDX-License-Identifier: Apache-2.0 */
/*
 * batch: the question of the LFS batch API and its answer (git-lfs, docs/api/batch.md): how some
 * objects are got from a server, or brought to it, by its transfer "basic".
 */
#ifndef GIT_LFS_BATCH_H
#define GIT_LFS_BATCH_H

#include "git/lfs/action.h"
#include "git/lfs/objects.h"

#define LFS_MEDIA_TYPE "application/vnd.git-lfs+json"

enum lfs_operation { LFS_DOWNLOAD, LFS_UPLOAD };

/* "download" or "upload" */
const char *lfs_operation_name(enum lfs_operation operation);

struct lfs_batch {
	enum lfs_operation operation;
	const char *ref;                  /* full name of the branch; NULL: not known */
	const struct lfs_object *objects; /* sorted by id */
	size_t count;
};

/* What is said of one object. */
struct lfs_reply {
	bool known;                 /* anything is */
	int error;                  /* a status of HTTP; 0: none */
	char *message;              /* why; may be NULL */
	struct lfs_action transfer; /* href NULL: there is nothing to be done */
	struct lfs_action verify;   /* after an upload */
};

/* The text of the question; the caller frees. */
MUST_CHECK char *lfs_batch_write(const struct lfs_batch *batch);

/*
 * Fill one reply for each object, in their order; they are zeroed before, and the caller's to release
 * whatever is returned. ERR_REMOTE where the text is no answer to that question, where an object has
 * another size than was asked for, or where something else than "basic" and SHA-256 is spoken.
 */
MUST_CHECK int lfs_batch_read(struct lfs_reply *replies, const struct lfs_batch *batch,
	struct span text, struct err *err);

void lfs_reply_release(struct lfs_reply *reply);

#endif
