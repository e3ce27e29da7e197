/* SPDX-License-Identifier: Apache-2.0 */
/*
 * filter: which commits are versions. The one interface of everything that decides it, by message, by
 * author or by path.
 *
 * A filter judges a block of commits at a time, newest first, so that one that has to ask the server
 * asks once a block. Filters are asked one after the other, and each only takes away.
 */
#ifndef GIT_HISTORY_FILTER_H
#define GIT_HISTORY_FILTER_H

#include "base/err.h"
#include "git/commit.h"

/* The most commits of one block: a request for a tree of each, and of a parent's, stays small. */
#define HISTORY_BLOCK_MAX 2500

/*
 * A commit to judge. Mostly each is the first parent of the one before it, but tagged commits are
 * judged one by one, so do not count on it.
 */
struct history_commit {
	struct oid oid;
	struct commit commit;   /* borrows text that lives as long as the block */
	struct oid parent_tree; /* its first parent's; unset where it has none, or none that the
				 * server has, and where no filter is `comparing` */
};

struct history_filter {
	/*
	 * Set wanted[i] to false where commits[i] is no version. Those that are false already need not
	 * be looked at, and stay false. `count` is at least 1 and at most HISTORY_BLOCK_MAX. Behind
	 * the first `enough` that stay true nothing is asked: what is said of those does not matter.
	 */
	int (*judge)(void *context, const struct history_commit *commits, size_t count,
		size_t enough, bool *wanted, struct err *err);
	void *context;
	bool comparing; /* needs parent_tree */
};

/* A few filters, asked in this order: the cheap ones first. `{ 0 }` wants every commit. */
#define HISTORY_FILTERS_MAX 4

struct history_filters {
	struct history_filter items[HISTORY_FILTERS_MAX];
	size_t count;
};

void history_filters_add(struct history_filters *filters, const struct history_filter *filter);

/* Does any filter need parent_tree? */
bool history_filters_compare(const struct history_filters *filters);

/*
 * Ask all of them; every wanted[i] is written. The caller takes the first `enough` wanted ones and
 * looks no further.
 */
MUST_CHECK int history_filters_judge(const struct history_filters *filters,
	const struct history_commit *commits, size_t count, size_t enough, bool *wanted,
	struct err *err);

#endif
