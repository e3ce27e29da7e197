/* SPDX-License-Identifier: Apache-2.0 */
/* step: one new commit of a merge or of a rebase. Private to this folder. */
#ifndef GIT_COMBINE_STEP_H
#define GIT_COMBINE_STEP_H

#include "git/combine/combine.h"
#include "git/lib.h"

MUST_CHECK int step_commit(
	git_commit **commit, const struct combine *combine, const struct oid *oid, struct err *err);

/* The best common ancestor of ours and theirs. ERR_CONFIG where none is known here. */
MUST_CHECK int step_base(git_oid *base, const struct combine *combine, struct err *err);

/* The tree of both merged, or of the change of `picked` on top of `onto`. `what` begins the message
 * of a conflict. */
MUST_CHECK int step_merge(git_tree **tree, const struct combine *combine, const git_commit *ours,
	const git_commit *theirs, const char *what, struct err *err);
MUST_CHECK int step_pick(git_tree **tree, const struct combine *combine, git_commit *picked,
	git_commit *onto, struct err *err);

/* A commit to write: of the committer, with that message, or with the author and message of another. */
struct step {
	const git_commit *anew; /* the other one, or NULL */
	const char *message;
	const git_tree *tree;
	const git_commit *parents[2];
	size_t parent_count;
};

MUST_CHECK int step_write(
	struct oid *oid, const struct combine *combine, const struct step *step, struct err *err);

/* As git rebase writes one. ERR_CONFIG where its text is in an encoding that is not known here. */
MUST_CHECK int step_write_anew(
	struct oid *oid, const struct combine *combine, const struct step *step, struct err *err);

#endif
