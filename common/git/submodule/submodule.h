/* SPDX-License-Identifier: Apache-2.0 */
/*
 * submodule: the submodules of a clone, as `git submodule update --init --recursive` leaves them.
 *
 * recorded.c reads which there are, by gitmodules.c and config.c; choice.c chooses, url.c says where one
 * is, site.c where it is put; the clone of each is clone/'s.
 */
#ifndef GIT_SUBMODULE_SUBMODULE_H
#define GIT_SUBMODULE_SUBMODULE_H

#include "git/access/access.h"
#include "git/clone/clone.h"

/*
 * Fetch and check out the submodules of a clone that is checked out: those that params.submodules
 * chooses and, unless params.submodule_recursive is false, all of theirs.
 *
 * Messages begin with the submodule's path. ERR_MISSING where a server lacks the recorded commit;
 * ERR_REMOTE for what .gitmodules may not say, and for submodules nested without an end.
 */
MUST_CHECK int submodules_update(const struct clone *clone, struct access *access,
	const struct git_get *get, struct err *err);

#endif
