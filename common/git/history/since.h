/* SPDX-License-Identifier: Apache-2.0 */
/*
 * since: how a commit and the tip of a branch are related, and the chain between them.
 *
 * Nothing is kept between two checks. The server is asked for the tip and told that we have the given
 * commit: what it acknowledges says how the two are related, and the pack that it sends holds just
 * the commits between them.
 */
#ifndef GIT_HISTORY_SINCE_H
#define GIT_HISTORY_SINCE_H

#include "git/pack/memory.h"
#include "git/remote/remote.h"

enum relation {
	RELATION_UNKNOWN,   /* the server does not know the commit, or shares no history with it */
	RELATION_REWRITTEN, /* it knows it, and the branch no longer builds on it */
	RELATION_ANCESTOR,
	RELATION_TOO_FAR, /* more commits since then than a check holds in memory */
};

struct since {
	bool quiet; /* set before: do not say what became of the commit */
	enum relation relation;
	bool on_chain;              /* an ancestor by first parents alone */
	struct oids chain;          /* newest first: after the commit, or after the merge base */
	struct pack_memory *memory; /* holds the commits of the chain */
};

MUST_CHECK int since_ask(struct since *since, struct remote *remote, const struct oid *tip,
	const struct oid *commit, struct err *err);

/* The commit of that id alone, into a fresh memory. False where it is not to be had; -1 on a stop. */
MUST_CHECK int since_ask_one(struct pack_memory *memory, struct remote *remote,
	const struct oid *oid, struct commit *commit, struct err *err);

/* ERR_REMOTE: the server sent something else. Always -1. */
int since_lacks(const struct remote *remote, struct err *err);

void since_release(struct since *since);
#define auto_since AUTO(since_release)

#endif
