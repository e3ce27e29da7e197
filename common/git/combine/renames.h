/* SPDX-License-Identifier: Apache-2.0 */
/*
 * renames: which files one side of a merge has renamed since the base, as git's default finds them
 * (diffcore-rename, as merge-ort asks it): the same content first, then the same last name, then the most
 * similar.
 */
#ifndef GIT_COMBINE_RENAMES_H
#define GIT_COMBINE_RENAMES_H

#include "base/strings.h"
#include "git/lib.h"

/* Borrowed from the diff of the side. */
struct rename {
	const git_diff_file *from; /* as the base has it */
	const git_diff_file *to;   /* as the side has it */
};

/* Owned; `{ 0 }` is none. */
struct renames {
	struct rename *items;
	size_t count;
};

/* What a diff tells of a path, or NULL. */
const git_diff_delta *renames_change(const git_diff *diff, const char *path);

/* `side` and `other` are what the sides of the merge changed since its base; `gone` is of folders.h. */
MUST_CHECK int renames_find(struct renames *renames, git_repository *repository,
	const git_diff *side, const git_diff *other, const struct strings *gone, struct err *err);

void renames_release(struct renames *renames);
#define auto_renames AUTO(renames_release)

#endif
