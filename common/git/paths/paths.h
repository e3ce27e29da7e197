/* SPDX-License-Identifier: Apache-2.0 */
/*
 * paths: the filter of commits by what they change, as `git rev-list --first-parent -- <pathspecs>`
 * does it: each is compared with its first parent, a root with nothing.
 *
 * Trees are asked for level by level, and only along the paths that the pathspec names. What is equal
 * by its id is the same, and not looked into.
 */
#ifndef GIT_PATHS_PATHS_H
#define GIT_PATHS_PATHS_H

#include "git/paths/pathspec.h"
#include "git/paths/source.h"

struct paths {
	struct pathspec pathspec;
	struct paths_source source;
};

/* Read what the source says: paths and ignore_paths. ERR_CONFIG names the field. */
MUST_CHECK int paths_read(struct paths *paths, const struct git_source *source, struct err *err);

/* Add them as a filter, which borrows both; nothing where every commit is meant. */
void paths_add(struct history_filters *filters, struct paths *paths, struct remote *remote);

void paths_release(struct paths *paths);
#define auto_paths AUTO(paths_release)

#endif
