/* SPDX-License-Identifier: Apache-2.0 */
/*
 * level: the trees that are needed at one depth, asked for together.
 *
 * One tree may be needed at several paths, where a pathspec sees different parts of it; it is asked
 * for once.
 */
#ifndef GIT_PATHS_LEVEL_H
#define GIT_PATHS_LEVEL_H

#include "git/oid_map.h"
#include "git/paths/seen.h"
#include "git/paths/source.h"

/* A tree at a path. */
struct level_tree {
	struct oid oid;
	char *folder;
	size_t next; /* the same tree at another path */
	bool came;
	struct seen seen;
};

struct level {
	struct level_tree *trees;
	size_t count;
	struct oid_map by_id; /* to the first with that id */
};

#define LEVEL_NONE SIZE_MAX

/* It is needed at that path: where it stands in `trees`. LEVEL_NONE for an id that is not set. */
size_t level_need(struct level *level, const struct oid *oid, const char *folder);

/* Get all of them, and keep what the pathspec sees. */
MUST_CHECK int level_fetch(struct level *level, struct paths_source *source,
	const struct pathspec *pathspec, struct err *err);

/* What is seen of that one; of LEVEL_NONE, nothing. */
const struct seen *level_seen(const struct level *level, size_t index);

void level_release(struct level *level);
#define auto_level AUTO(level_release)

#endif
