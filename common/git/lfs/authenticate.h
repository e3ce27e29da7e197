/* SPDX-License-Identifier: Apache-2.0 */
/*
 * authenticate: git-lfs-authenticate, the command by which a server that is reached by SSH says where
 * it is over HTTP, and what proves there who asks (git-lfs, docs/api/authentication.md).
 */
#ifndef GIT_LFS_AUTHENTICATE_H
#define GIT_LFS_AUTHENTICATE_H

#include "git/lfs/endpoint.h"

/*
 * Ask the server of `endpoint->ssh`. The action is empty where it does not know the command: then
 * endpoint->url is as good as any.
 */
MUST_CHECK int lfs_authenticate(struct lfs_action *action, struct access *access,
	const struct lfs_endpoint *endpoint, enum lfs_operation operation, struct err *err);

/* Read what the command has written. */
MUST_CHECK int lfs_authenticate_read(struct lfs_action *action, struct span text, struct err *err);

#endif
