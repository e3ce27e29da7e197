/* SPDX-License-Identifier: Apache-2.0 */
/*
 * layout: the files of .git that `git clone --single-branch` leaves besides objects and index: config,
 * packed-refs, the branch, HEAD, and shallow where the server's own history is cut.
 */
#ifndef GIT_CLONE_LAYOUT_H
#define GIT_CLONE_LAYOUT_H

#include "base/err.h"
#include "git/clone/clone.h"

struct layout {
	const struct clone *clone;
	const char *address;        /* of origin */
	const char *default_branch; /* that refs/remotes/origin/HEAD names; NULL: none */
};

/* An empty repository in the clone's .git, as `git init` makes it, without anything that runs. */
MUST_CHECK int layout_init(const struct clone *clone, struct err *err);

/* All the files but config. */
MUST_CHECK int layout_write(const struct layout *layout, struct err *err);

/* packed-refs alone: what the clone keeps. */
MUST_CHECK int layout_write_packed(const struct layout *layout, struct err *err);

/*
 * `guarded` adds the settings that refuse names which other file systems take for .git; they hold
 * while files are written and are not what git leaves.
 */
MUST_CHECK int layout_write_config(const struct layout *layout, bool guarded, struct err *err);

#endif
