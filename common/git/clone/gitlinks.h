/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gitlinks: what an index holds of submodules: a path and a commit of another repository each.
 *
 * libgit2 reads .gitmodules where it writes one, by its own parser, which follows [include]. So they
 * are taken out of the index while files are written, and their folders are made here. Private to
 * clone/.
 */
#ifndef GIT_CLONE_GITLINKS_H
#define GIT_CLONE_GITLINKS_H

#include "git/lib.h"

struct gitlink {
	char *path;
	git_oid id;
	bool taken; /* into the working tree */
};

struct gitlinks {
	struct gitlink *items;
	size_t count;
};

/* ERR_REMOTE where its path leads below what is no folder, which no tree does that git wrote. */
MUST_CHECK int gitlinks_add(struct gitlinks *links, git_index *index, const git_index_entry *entry,
	bool taken, struct err *err);

/* Take all out of the index, and put them back: ERR_REMOTE for a path that no index may hold. */
MUST_CHECK int gitlinks_take_out(const struct gitlinks *links, git_index *index, struct err *err);
MUST_CHECK int gitlinks_put_back(const struct gitlinks *links, git_index *index, struct err *err);

/* Make the folders of those that are taken, below `top`. */
MUST_CHECK int gitlinks_make_folders(
	const struct gitlinks *links, const char *top, struct err *err);

void gitlinks_release(struct gitlinks *links);

#endif
