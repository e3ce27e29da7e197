/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sparse: which files of a tree are written, by git's non-cone patterns (gitignore's, where what
 * matches is what there is): the last pattern that matches a path decides, and where none does the
 * folder's own answer holds.
 */
#ifndef GIT_MATCH_SPARSE_H
#define GIT_MATCH_SPARSE_H

#include "base/span.h"
#include "base/strings.h"

struct sparse_pattern {
	char *text; /* without !, without / at either end */
	bool negative, folder_only, anywhere;
};

struct sparse {
	struct sparse_pattern *patterns;
	size_t count;
};

/* A line is a pattern; empty ones and those that begin with # are none. */
void sparse_init(struct sparse *sparse, const struct strings *lines);
void sparse_release(struct sparse *sparse);
#define auto_sparse AUTO(sparse_release)

/* Is the file at `path`, from the top of the tree, written? */
bool sparse_takes(const struct sparse *sparse, struct span path);

#endif
