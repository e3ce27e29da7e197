/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transfer: many objects on their way, some at once, in rounds: each round asks the server how up to
 * LFS_BATCH_MAX objects are moved, and moves them. What fails in a way that may pass, or whose time has
 * passed, is asked for again in a later round, a bounded number of times, and goes on where it was.
 *
 * transfer.c does this for either direction; download.c and upload.c are the two. Private to lfs/.
 */
#ifndef GIT_LFS_TRANSFER_H
#define GIT_LFS_TRANSFER_H

#include "git/lfs/server.h"
#include "git/lfs/store.h"

/* What is read of the store to be sent. */
struct lfs_content {
	int fd;
	struct digest *sha256;
	uint64_t left;
	const struct lfs_object *object;
};

/* One object on its way. */
struct lfs_transfer {
	const struct lfs_object *object;
	struct lfs_reply reply;
	struct lfs_request request;
	char range[64]; /* header of a download that goes on */
	struct http_stream *stream;
	struct lfs_part part;
	struct lfs_content content;
	uint64_t moved; /* in this attempt */
	bool answered;  /* the status was looked at */
	bool done;
	bool refused; /* the server did not know the action any more, once */
	int failures; /* since anything was moved */
	int wait_ms;  /* that the server asks for before the next attempt; 0: none */
};

struct lfs_way {
	enum lfs_operation operation;
	const char *doing; /* "downloading" */
	/* Open the stream: 0, or 1 where nothing is to be done. */
	int (*begin)(struct lfs_transfer *transfer, struct lfs_server *server,
		const struct lfs_store *store, struct err *err);
	/* Look at the stream: 1 when the object is there, else 0. ERR_NETWORK and ERR_EXPIRED are for
	 * another attempt. */
	int (*go_on)(struct lfs_transfer *transfer, struct lfs_server *server,
		const struct lfs_store *store, struct err *err);
	void (*end)(struct lfs_transfer *transfer);
};

extern const struct lfs_way lfs_download_way;
extern const struct lfs_way lfs_upload_way;

/* Move the objects, which are sorted. Messages name the path and the id. */
MUST_CHECK int lfs_transfer(const struct lfs_way *way, struct lfs_server *server,
	const struct lfs_store *store, const struct lfs_objects *objects, struct err *err);

/* Why an action was refused, of the kind that says whether to try again. Always -1. */
int lfs_transfer_refused(struct lfs_transfer *transfer, struct err *err);

#endif
