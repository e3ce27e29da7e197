/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pathspec: which paths of a tree are meant, as git reads them (gitglossary, "pathspec").
 *
 * A path, which stands for all below it; a glob, whose `*` crosses `/`; and in front of either the
 * magic words: `:(top,literal,glob,icase,exclude)`, or their signs `:/`, `:!` and `:^`. What is excluded
 * is taken away from all the rest; where everything is excluded, the rest is everything.
 *
 * Paths are bytes, relative to the repository's root, without a slash in front.
 */
#ifndef GIT_PATHS_PATHSPEC_H
#define GIT_PATHS_PATHSPEC_H

#include "base/err.h"
#include "base/span.h"

struct pathspec_item {
	char *text;     /* without magic, normalized; "" is everything */
	size_t length;  /* of text */
	size_t literal; /* so many bytes in front stand for themselves; `length` for no glob */
	bool exclude;
	bool whole;  /* :(glob): only `**` crosses a slash */
	bool icase;  /* ASCII letters of both cases are equal */
	bool deep;   /* there may be more components in a match than in the text */
	size_t down; /* slashes in the text */
};

/* `{ 0 }` has none and matches nothing. */
struct pathspec {
	struct pathspec_item *items;
	size_t count;
};

/* Add one; `field` is where it stands. ERR_CONFIG where git would refuse it too. */
MUST_CHECK int pathspec_add(
	struct pathspec *pathspec, const char *text, const char *field, struct err *err);

/*
 * Add one that is excluded, whether or not its magic says so: it is read as behind `:!`, unless it begins
 * with a magic word or sign of its own.
 */
MUST_CHECK int pathspec_add_excluded(
	struct pathspec *pathspec, const char *text, const char *field, struct err *err);

/* All were added. */
void pathspec_finish(struct pathspec *pathspec);

/* Is this path of a file, a symbolic link or a submodule meant? */
bool pathspec_matches(const struct pathspec *pathspec, struct span path, bool submodule);

enum pathspec_extent {
	PATHSPEC_NONE, /* nothing in it is meant, whatever its name */
	PATHSPEC_SOME, /* that depends on the names */
	PATHSPEC_ALL,  /* everything in it is */
};

/* What of a folder is meant; `path` ends in a slash. */
enum pathspec_extent pathspec_extent(const struct pathspec *pathspec, struct span path);

void pathspec_release(struct pathspec *pathspec);
#define auto_pathspec AUTO(pathspec_release)

#endif
