/* SPDX-License-Identifier: Apache-2.0 */
/* local: what the files that serve a repository on this machine share; private to them. */
#ifndef GIT_REMOTE_LOCAL_H
#define GIT_REMOTE_LOCAL_H

#include "git/remote/remote.h"

struct git_repository;

struct local_remote {
	struct git_repository *repository;
	char *path;
};

MUST_CHECK int local_push(void *state, const struct push_request *request, struct err *err);

#endif
