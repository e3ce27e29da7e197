/* SPDX-License-Identifier: Apache-2.0 */
/* receive: a fetch becomes a pack of the repository. Private to this folder. */
#ifndef GIT_COMBINE_RECEIVE_H
#define GIT_COMBINE_RECEIVE_H

#include "git/remote/remote.h"

struct git_repository;

/* Call remote_refs() first. What came can be read at once. */
MUST_CHECK int combine_receive(struct git_repository *repository, struct remote *remote,
	const struct fetch_request *request, struct err *err);

#endif
