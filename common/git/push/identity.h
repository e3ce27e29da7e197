/* SPDX-License-Identifier: Apache-2.0 */
/* identity: who makes the commits, tags and notes of a put. */
#ifndef GIT_PUSH_IDENTITY_H
#define GIT_PUSH_IDENTITY_H

#include "base/err.h"

struct git_repository;
struct git_signature;
struct list;

/*
 * The committer: user.name and user.email, each of the repository's own configuration, else of
 * `settings`, source.git_config, else git <git@localhost>, as in the git resource's image; now, or when
 * GIT_COMMITTER_DATE says ("<seconds> <zone>"). The caller frees.
 */
MUST_CHECK int identity_now(struct git_signature **signature, struct git_repository *repository,
	const struct list *settings, struct err *err);

#endif
