/* SPDX-License-Identifier: Apache-2.0 */
/* window: which commits to ask for next, so that a first-parent chain comes with few others. */
#include "base/mem.h"
#include "git/history/window.h"

enum {
	FIRST_DEPTH = 10,
	LINEAR_DEPTH =
		80, /* of the second window, where no merge was seen; then times REACH_DEPTH */
	REACH_DEPTH = 8,
	REACH_TIME = 4, /* a window reaches so many times further back in time */
	LEAST_SECONDS = 7 * 24 * 60 * 60,
	FORKS_MAX = 256,       /* haves of one request */
	WINDOW_COMMITS = 8192, /* are meant to come at once, for they are held in memory */
	WINDOWS_MAX = 8,       /* then the rest, unless windows have brought so many each: */
	WINDOW_LEAST = 1024,
};

static void add_fork(struct windows *windows, const struct oid *oid, int64_t child_date)
{
	if ((windows->fork_count & (windows->fork_count - 1)) == 0)
		windows->forks = mem_resize(windows->forks,
			windows->fork_count ? 2 * windows->fork_count : 1, sizeof(*windows->forks));
	windows->forks[windows->fork_count++] = (struct fork_point){ *oid, child_date };
}

static void drop_fetched(struct windows *windows)
{
	size_t kept = 0;

	for (size_t i = 0; i < windows->fork_count; i++)
		if (!oid_map_has(&windows->fetched, &windows->forks[i].oid))
			windows->forks[kept++] = windows->forks[i];
	windows->fork_count = kept;
}

/* Youngest first: most of the older ones are their ancestors. */
static int by_date(const void *a, const void *b)
{
	const struct fork_point *left = a, *right = b;

	return (left->child_date < right->child_date) - (left->child_date > right->child_date);
}

void windows_learn(struct windows *windows, const struct pack_memory *memory)
{
	struct commit commit;
	struct oid oid, parent;

	for (size_t i = 0; pack_memory_next(memory, &i, &oid, &commit);)
		oid_map_put(&windows->fetched, &oid, 0);
	for (size_t i = 0; pack_memory_next(memory, &i, &oid, &commit);) {
		windows->merges |= commit.parent_count > 1;
		while (commit_next_parent(&commit.parents, &parent))
			if (!oid_map_has(&windows->fetched, &parent))
				add_fork(windows, &parent, commit.committer.seconds);
	}
	drop_fetched(windows);
	if (windows->fork_count)
		qsort(windows->forks, windows->fork_count, sizeof(*windows->forks), by_date);
	windows->count++;
}

/* What the chain goes on with is no point to stop at. */
static void add_haves(const struct windows *windows, const struct oid *needed, int64_t before,
	struct window *window)
{
	for (size_t i = 0; i < windows->fork_count && window->haves.count < FORKS_MAX; i++) {
		const struct fork_point *fork = &windows->forks[i];

		if (fork->child_date < before && !oid_equal(&fork->oid, needed))
			oids_add(&window->haves, &fork->oid);
	}
}

int windows_depth(const struct windows *windows)
{
	int depth = LINEAR_DEPTH;

	if (windows->count == 0)
		return FIRST_DEPTH;
	if (windows->count >= WINDOWS_MAX)
		return 0;
	for (size_t i = 1; i < windows->count; i++)
		depth *= REACH_DEPTH;
	return depth;
}

/* How far back in time: several times as far, but not for more commits than are meant to come. */
static int64_t reach(const struct windows *windows)
{
	int64_t span = windows->tip_date - windows->last_date;
	int64_t came = (int64_t)windows->fetched.count, before, nearer;

	if (span < LEAST_SECONDS / REACH_TIME)
		span = LEAST_SECONDS / REACH_TIME;
	before = windows->tip_date - REACH_TIME * span;
	if (came < WINDOW_LEAST)
		return before;
	nearer = windows->last_date - (span / came + 1) * WINDOW_COMMITS;
	return nearer > before ? nearer : before;
}

/* Are there to be more windows, or is the rest asked for? */
static bool goes_on(const struct windows *windows)
{
	return windows->count < WINDOWS_MAX ||
		windows->fetched.count / windows->count >= WINDOW_LEAST;
}

/* Back to `before`: by fork points if some are that old, else by date. */
static void plan_merged(const struct windows *windows, const struct oid *from,
	const struct oid *needed, int64_t before, struct window *window)
{
	add_haves(windows, needed, before, window);
	if (window->haves.count) {
		oids_add(&window->wants, from);
		return;
	}
	/* at least one commit must be younger, or the server fails */
	oids_add(&window->wants, &windows->last);
	window->request.since = before;
}

void windows_plan(const struct windows *windows, const struct oid *from, const struct oid *needed,
	struct window *window)
{
	int64_t before = reach(windows);

	window->request = (struct fetch_request){ .done = true, .without_trees = true };
	window->request.wants = &window->wants;
	window->request.haves = &window->haves;
	if (windows->count && goes_on(windows) && windows->merges && before > 0) {
		plan_merged(windows, from, needed, before, window);
		return;
	}
	oids_add(&window->wants, from);
	if (windows->merges || !goes_on(windows))
		return;
	window->request.depth = windows_depth(windows);
	if (window->request.depth == 0 || window->request.depth > WINDOW_COMMITS)
		window->request.depth = WINDOW_COMMITS;
}

void windows_release(struct windows *windows)
{
	oid_map_release(&windows->fetched);
	free(windows->forks);
	*windows = (struct windows){ 0 };
}

void window_release(struct window *window)
{
	oids_release(&window->wants);
	oids_release(&window->haves);
}
