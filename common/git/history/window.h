/* SPDX-License-Identifier: Apache-2.0 */
/*
 * window: which commits to ask for next, so that a first-parent chain comes with few others.
 *
 * A depth counts all parents: where branches are merged it fetches far more than the chain. A window
 * ends better where side branches forked off. Parents that were seen and never fetched are such
 * points, and they exist for sure, so the server can be told that we have them. Only walk.c uses it.
 */
#ifndef GIT_HISTORY_WINDOW_H
#define GIT_HISTORY_WINDOW_H

#include "git/oid_map.h"
#include "git/pack/memory.h"
#include "git/remote/remote.h"

/* A parent that was seen, and its youngest child's date. */
struct fork_point {
	struct oid oid;
	int64_t child_date;
};

struct windows {
	size_t count;      /* so many were fetched */
	int64_t tip_date;  /* of the chain's first commit */
	int64_t last_date; /* of the last one that came */
	struct oid last;   /* which is this one */
	bool merges;       /* some were seen */
	struct oid_map fetched;
	struct fork_point *forks;
	size_t fork_count;
};

/* How the next window is asked for. */
struct window {
	struct oids wants, haves;
	struct fetch_request request;
};

/* What came in a window. */
void windows_learn(struct windows *windows, const struct pack_memory *memory);

/* The window after all those. It begins at `from`; the chain goes on with `needed`, which may be the
 * same, or its first parent where it was fetched already. */
void windows_plan(const struct windows *windows, const struct oid *from, const struct oid *needed,
	struct window *window);

/* How deep the next window is on a linear history; 0: all. */
int windows_depth(const struct windows *windows);

void windows_release(struct windows *windows);
void window_release(struct window *window);
#define auto_window AUTO(window_release)

#endif
