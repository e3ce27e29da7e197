/* SPDX-License-Identifier: Apache-2.0 */
/*
 * folder: the folder that becomes a clone: empty before, and marked while it is not complete.
 *
 * What an earlier run left in it, interrupted (by the mark) or complete (by .git/ref), is recognized
 * and removed; anything else is left alone and refused.
 */
#ifndef GIT_CLONE_FOLDER_H
#define GIT_CLONE_FOLDER_H

#include "base/err.h"
#include "base/strings.h"

/* Make the folder empty but for a marked .git, and what Git LFS had got already. */
MUST_CHECK int folder_begin(const char *path, struct err *err);

/* It is complete, unless a stop was requested, after which something may be missing: take the mark away. */
MUST_CHECK int folder_end(const char *path, struct err *err);

/* Into the folder `name` of the open folder `at`, which is made where there is none; no symbolic link is
 * followed. Returns its descriptor, which is the caller's to close, or -1. */
MUST_CHECK int folder_enter(int at, const char *name, struct err *err);

/* Into one part of a path, as folder_enter() does; `last` is the end of the path. */
typedef int folder_enter_fn(
	int at, const char *name, bool last, const void *context, struct err *err);

/* Down a path, part by part, by `enter`; NULL: by folder_enter(). Its last folder, as that returns it. */
MUST_CHECK int folder_enter_path(
	int at, const char *path, folder_enter_fn *enter, const void *context, struct err *err);

/* Append the names of what an open folder holds. */
MUST_CHECK int folder_list(int fd, struct strings *names, struct err *err);

#endif
