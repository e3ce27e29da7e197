/* SPDX-License-Identifier: Apache-2.0 */
/*
 * newest: the tip of a branch and the newest commits behind it, by one request.
 *
 * A first check asks which commit the branch names, and then for that one and those before it. A server
 * that takes refs by their names tells both at once. Who has a version is better off with the refs:
 * that nothing is new costs a server least that way, and it is the answer to most checks.
 */
#ifndef GIT_HISTORY_NEWEST_H
#define GIT_HISTORY_NEWEST_H

#include "git/history/versions.h"

struct newest {
	struct oid tip;
	struct pack_memory *memory; /* NULL: the branch is still to be asked for */
};

/* `branch` is as for branch_ask(), which is what to go on with where nothing came. */
MUST_CHECK int newest_ask(struct newest *newest, struct remote *remote,
	const struct history_query *query, const char *branch, struct err *err);

void newest_release(struct newest *newest);
#define auto_newest AUTO(newest_release)

#endif
