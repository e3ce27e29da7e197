/* SPDX-License-Identifier: Apache-2.0 */
/*
 * site: where a repository or a submodule is put, as git puts it: a submodule's files at its path in the
 * working tree, its .git at modules/<name> in the .git of the repository that it is a submodule of.
 *
 * Whoever wrote the commit wrote names and paths. Nothing is made outside of these two folders: no
 * symbolic link is followed on the way, and no other submodule is entered.
 */
#ifndef GIT_SUBMODULE_SITE_H
#define GIT_SUBMODULE_SITE_H

#include "base/err.h"
#include "git/submodule/gitmodules.h"

struct site {
	const struct site *above; /* NULL: the repository itself */
	const char *top;          /* its folder, borrowed */
	char *path;               /* from the top to the files; "" at the top */
	char *git;                /* from the top to the .git */
	char *folder;             /* the whole paths of both */
	char *git_folder;
	char *worktree; /* the files as seen from the .git, for core.worktree */
	size_t depth;   /* 0 at the top */
};

void site_init_top(struct site *site, const char *top);
void site_init(struct site *site, const struct site *above, const struct gitmodule *module);
void site_release(struct site *site);
#define auto_site AUTO(site_release)

/* Make both folders; what is there already must be empty. */
MUST_CHECK int site_prepare(const struct site *site, struct err *err);

/* Write the file .git, which leads from the files to their .git. */
MUST_CHECK int site_link(const struct site *site, struct err *err);

#endif
