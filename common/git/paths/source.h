/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source: where trees come from.
 *
 * A server that can filter is asked for single trees by their ids. From any other, the commits that are
 * judged come once, with all that is in them; the trees are kept, as they came, and the rest is dropped.
 */
#ifndef GIT_PATHS_SOURCE_H
#define GIT_PATHS_SOURCE_H

#include "git/history/filter.h"
#include "git/pack/trees.h"
#include "git/remote/remote.h"

struct paths_source {
	struct remote *remote;
	size_t batch;             /* wants of the next request */
	struct pack_trees *whole; /* from a server that cannot filter */
	struct oid tip;           /* of the first commits that were judged */
	size_t judged;            /* commits since then */
};

/* These commits are judged next. */
MUST_CHECK int paths_source_begin(struct paths_source *source, const struct history_commit *commits,
	size_t count, struct err *err);

/* How many trees to ask for at once. */
size_t paths_source_batch(const struct paths_source *source);

/* Show these trees, or some of them, and perhaps others. */
MUST_CHECK int paths_source_ask(struct paths_source *source, const struct oids *wants,
	pack_trees_visit *visit, void *context, struct err *err);

void paths_source_release(struct paths_source *source);

#endif
