/* SPDX-License-Identifier: Apache-2.0 */
/* versions: which commits of a branch are versions. */
#ifndef GIT_HISTORY_VERSIONS_H
#define GIT_HISTORY_VERSIONS_H

#include "git/history/filter.h"
#include "git/pack/memory.h"
#include "git/remote/remote.h"

struct history_query {
	const struct git_source *source; /* which the filters are of */
	const struct history_filters *filters;
	const char
		*version; /* an id, or at least four digits of one; NULL, or anything else: none */
	const char *initial; /* source.initial_version, which counts where there is no version */
	int64_t depth;       /* how many are found where there is no version, or it is gone */
	struct pack_memory **newest; /* the tip and what is behind it, if that came already and
				      * there is no version: it is taken over */
};

/*
 * Append the versions of `tip`'s first-parent chain, oldest first:
 *
 *   no version, or the server has it no more    the newest `depth` that the filters want
 *   on the chain                                itself, unjudged, and what is wanted after it
 *   came in by a merge                          what is wanted of the chain since its first parent
 *   forced away                                 what is wanted since the merge base, and if that is
 *                                               nothing the newest wanted one
 *
 * Where filters want nothing since the version, or nothing at all, the next check goes on from the tip
 * (hint.h).
 *
 * ERR_MISSING where `initial` is not in the branch's history.
 */
MUST_CHECK int history_versions(struct oids *commits, struct remote *remote, const struct oid *tip,
	const struct history_query *query, struct err *err);

#endif
