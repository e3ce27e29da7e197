/* SPDX-License-Identifier: Apache-2.0 */
/* recorded: what a clone's commit says of its submodules, in .gitmodules and in its tree. */
#ifndef GIT_SUBMODULE_RECORDED_H
#define GIT_SUBMODULE_RECORDED_H

#include "git/clone/clone.h"
#include "git/submodule/gitmodules.h"

/*
 * The submodules of a clone that is checked out; none where it has no .gitmodules, which need not be in
 * the working tree. Those without a path are passed over. ERR_REMOTE for a file that cannot be read.
 */
MUST_CHECK int recorded_read(
	struct gitmodules *modules, const struct clone *clone, struct err *err);

#endif
