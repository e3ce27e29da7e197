/* SPDX-License-Identifier: Apache-2.0 */
/* push: HEAD of a repository on this machine to a branch of the remote. */
#ifndef GIT_PUSH_PUSH_H
#define GIT_PUSH_PUSH_H

#include "git/remote/remote.h"

/*
 * Push, forward only, with the local tags that the remote lacks. `head` is the commit that is there
 * afterwards, pushed now or before.
 */
MUST_CHECK int push_repository(struct oid *head, struct remote *remote, const char *path,
	const char *branch, struct err *err);

#endif
