/* SPDX-License-Identifier: Apache-2.0 */
/* send: the commands of a push and the objects that the server lacks for them. */
#ifndef GIT_PUSH_SEND_H
#define GIT_PUSH_SEND_H

#include "git/remote/remote.h"

struct git_repository;

/*
 * Move the refs as `request` says, which has a spool for the pack and at least one command, and show
 * what moved; objects of Git LFS go first. `there` is what the server has. Kinds as remote_push(), and
 * lfs_put().
 */
MUST_CHECK int push_send(struct git_repository *repository, struct remote *remote,
	const struct push_request *request, const struct refs *there, struct err *err);

#endif
