/* SPDX-License-Identifier: Apache-2.0 */
/* named: the commits that versions and people name: by id, by some digits of it, by tag or branch. */
#ifndef GIT_HISTORY_NAMED_H
#define GIT_HISTORY_NAMED_H

#include "git/remote/remote.h"

/*
 * The commit of a version: an id, or at least four digits of one that is found by walking back from
 * the tip. Returns 1, or 0 where it names none.
 */
MUST_CHECK int named_version(struct oid *commit, struct remote *remote, const struct oid *tip,
	const char *name, struct err *err);

/* The commit of source.initial_version, which may also be a tag or a branch. ERR_MISSING. */
MUST_CHECK int named_commit(struct oid *commit, struct remote *remote, const struct oid *tip,
	const char *name, struct err *err);

#endif
