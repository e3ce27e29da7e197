/* SPDX-License-Identifier: Apache-2.0 */
/*
 * folders: a side has renamed a folder to which the other side added files. Git leaves it to people where those
 * belong (merge.directoryRenames=conflict, its default), and so do we.
 */
#ifndef GIT_COMBINE_FOLDERS_H
#define GIT_COMBINE_FOLDERS_H

#include "base/strings.h"
#include "git/combine/renames.h"

/* The folders of the base that are no longer there on a side, and to which the other side, whose changes
 * `other` are, added files: files of their own, as for git. */
MUST_CHECK int folders_find(struct strings *gone, const git_tree *base, const git_tree *side,
	const git_diff *other, struct err *err);

/* Whether the path is in one of them: where it went tells where the folder went. */
bool folders_hold(const struct strings *gone, const char *path);

/* The first of them that was renamed, by what became of its files; NULL where none was. The caller's to
 * free. */
char *folders_renamed(const struct strings *gone, const struct renames *renames);

#endif
