/* SPDX-License-Identifier: Apache-2.0 */
/* branch: what source.branch names at the remote. */
#ifndef GIT_REMOTE_BRANCH_H
#define GIT_REMOTE_BRANCH_H

#include "git/remote/remote.h"

struct branch {
	const char *field; /* that names it, for messages, borrowed; NULL: source.branch */
	char *name;        /* without refs/heads/; NULL for a tag, or a detached HEAD */
	struct oid tip;    /* unset: the repository is empty and no branch was asked for */
};

/*
 * Ask for the branch, by one prefix, or for the tag of that name where there is no such branch; NULL is the one that the remote's HEAD names. `more` are further
 * prefixes of refs that the caller wants (NULL: none); what the server answered is put into `refs`,
 * unless that is NULL. ERR_MISSING where there is no such branch, with what there is instead.
 */
MUST_CHECK int branch_ask(struct branch *branch, struct remote *remote, const char *name,
	const struct refs_query *more, struct refs *refs, struct err *err);

/* The field that names it. */
const char *branch_field(const struct branch *branch);

void branch_release(struct branch *branch);
#define auto_branch AUTO(branch_release)

#endif
