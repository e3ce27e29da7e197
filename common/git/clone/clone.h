/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clone: a repository with one branch, its tags and notes, and a commit of it checked out, as
 * `git clone --single-branch` and `git checkout <commit>` leave it, so that any git client goes on.
 */
#ifndef GIT_CLONE_CLONE_H
#define GIT_CLONE_CLONE_H

#include "git/remote/branch.h"

struct clone {
	const char *path;     /* the folder, borrowed */
	struct branch branch; /* at the remote */
	struct oid head;      /* the commit to check out */
	struct refs refs;     /* as the server told */
	struct refs kept;     /* tags and notes whose objects came */
	struct oids shallow;  /* where the server's own history is cut */
	uint64_t objects;     /* received */
};

/*
 * Receive the history of the branch, and of `head` if that is not on it, into the folder, which
 * folder_begin() prepared. ERR_MISSING where the server has no such commit.
 */
MUST_CHECK int clone_fetch(
	struct clone *clone, struct remote *remote, const char *branch, struct err *err);

/* Write refs, configuration, index and working tree. */
MUST_CHECK int clone_check_out(
	const struct clone *clone, const struct remote *remote, struct err *err);

void clone_release(struct clone *clone);
#define auto_clone AUTO(clone_release)

#endif
