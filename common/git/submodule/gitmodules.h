/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gitmodules: the submodules that the file .gitmodules of a commit names (gitmodules(5)), and which of
 * its words are believed: whoever wrote the commit wrote them.
 */
#ifndef GIT_SUBMODULE_GITMODULES_H
#define GIT_SUBMODULE_GITMODULES_H

#include "base/err.h"
#include "base/span.h"
#include "git/oid.h"

struct gitmodule {
	char *name;
	char *path; /* this and the following: NULL where none is given */
	char *url;  /* as given, which may be relative */
	char *branch;
	char *update;
	bool shallow;
	struct oid commit; /* that the tree records at the path; unset: nothing is there */
	bool left_out;     /* by the patterns of a sparse working tree */
};

struct gitmodules {
	struct gitmodule *items; /* in the order of the file */
	size_t count;
};

/* The last value of a key counts. ERR_REMOTE for what git does not read either. */
MUST_CHECK int gitmodules_parse(struct gitmodules *modules, struct span text, struct err *err);

/*
 * May this one be fetched? ERR_REMOTE for a name that leads out of .git/modules, a path that is an
 * option, a missing url, or an `update` that git does not take from this file: a command.
 */
MUST_CHECK int gitmodule_check(const struct gitmodule *module, struct err *err);

void gitmodules_release(struct gitmodules *modules);
#define auto_gitmodules AUTO(gitmodules_release)

#endif
