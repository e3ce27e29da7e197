/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lacking: the commits that one side is to have and does not have yet.
 *
 * Its cost grows with those commits and with the haves that are known here, and with neither's square: a
 * server tells of every ref that it has.
 */
#ifndef GIT_PACK_LACKING_H
#define GIT_PACK_LACKING_H

#include "base/err.h"
#include "git/oid.h"

struct git_repository;

struct lacking {
	struct oids commits;
	struct oids tips; /* those that are no parent of another */
	struct oids edge; /* parents of them that the other side has */
};

/*
 * Fill `lacking`, which is empty. Both lists may name tags; what leads to no commit, and what is not in
 * the repository, is passed over. Where clocks were wrong, commits may be among them that the other
 * side has.
 */
MUST_CHECK int lacking_find(struct lacking *lacking, struct git_repository *repository,
	const struct oids *wants, const struct oids *haves, struct err *err);

void lacking_release(struct lacking *lacking);
#define auto_lacking AUTO(lacking_release)

#endif
