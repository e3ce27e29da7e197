/* SPDX-License-Identifier: Apache-2.0 */
/*
 * layout: the files of .git that `git clone --single-branch` leaves besides objects and index: config,
 * packed-refs, the branch, HEAD, and shallow where the server's own history is cut.
 */
#ifndef GIT_CLONE_LAYOUT_H
#define GIT_CLONE_LAYOUT_H

#include "base/err.h"
#include "git/wire/refs.h"

struct layout {
	const char *path;           /* the folder that .git is in */
	const char *address;        /* of origin */
	const char *branch;         /* NULL: the remote's HEAD names none */
	bool is_default;            /* the remote's HEAD names the branch */
	struct oid tip;             /* of the branch */
	struct oid head;            /* the commit to be checked out */
	const struct refs *kept;    /* tags and notes whose objects are there */
	const struct oids *shallow; /* commits whose parents are not there */
};

/* An empty repository, as `git init` makes it, without anything that runs. */
MUST_CHECK int layout_init(const char *path, struct err *err);

/* All the files but config. */
MUST_CHECK int layout_write(const struct layout *layout, struct err *err);

/*
 * `guarded` adds the settings that refuse names which other file systems take for .git; they hold
 * while files are written and are not what git leaves.
 */
MUST_CHECK int layout_write_config(const struct layout *layout, bool guarded, struct err *err);

#endif
