/* SPDX-License-Identifier: Apache-2.0 */
/* trees: three trees become one, files that a side has renamed being followed. Private to this folder. */
#ifndef GIT_COMBINE_TREES_H
#define GIT_COMBINE_TREES_H

#include "git/combine/combine.h"
#include "git/lib.h"

/* In the order of their stages; the base may be NULL. */
struct trees {
	git_tree *base, *ours, *theirs;
};

/* As git's merge-ort. `what` begins the message of a conflict, which is ERR_CONFIG. */
MUST_CHECK int trees_merge(git_tree **tree, const struct combine *combine,
	const struct trees *trees, const char *what, struct err *err);

/* For commits with several merge bases: libgit2 merges those first, with the conflicts that they have. */
MUST_CHECK int trees_merge_commits(git_tree **tree, const struct combine *combine,
	const git_commit *ours, const git_commit *theirs, const char *what, struct err *err);

/* How texts are merged. */
git_merge_file_options trees_file_options(const struct combine_strategy *strategy);

#endif
