/* SPDX-License-Identifier: Apache-2.0 */
/* walk: the first-parent chain of a commit, newest first, in blocks for filters to judge. */
#include "base/log.h"
#include "base/mem.h"
#include "git/history/since.h"
#include "git/history/walk.h"
#include "git/history/window.h"

enum {
	FIRST_BLOCK = 250,
	BLOCK_GROWTH = 4,
	CERTAIN_DEPTH = 10, /* where a window did not bring what is needed */
};

struct walk {
	struct remote *remote;
	struct oid tip;
	struct oid next; /* the commit that the next block begins with; unset behind the root */
	bool comparing;
	bool cut;      /* there was more than memory holds */
	bool whole;    /* the last window had no limit: what is missing is not to be had */
	int fruitless; /* windows in a row that brought nothing of the chain */
	struct windows windows;
	struct pack_memory *memory;
	struct history_commit *block;
	size_t count, block_max;
};

struct walk *walk_new(struct remote *remote, const struct oid *tip, bool comparing)
{
	struct walk *walk = mem_alloc(sizeof(*walk));

	walk->remote = remote;
	walk->tip = *tip;
	walk->next = *tip;
	walk->comparing = comparing;
	walk->block = mem_resize(NULL, HISTORY_BLOCK_MAX, sizeof(*walk->block));
	walk->block_max = FIRST_BLOCK;
	return walk;
}

/* Where the history was cut for good, a commit without its parent counts as a root. */
static bool set_parent_tree(const struct walk *walk, struct history_commit *commit)
{
	struct commit parent;

	if (!walk->comparing || !commit->commit.parent_count)
		return true;
	if (!pack_memory_commit(walk->memory, &commit->commit.first_parent, &parent))
		return walk->whole;
	commit->parent_tree = parent.tree;
	return true;
}

static void learn_dates(struct walk *walk, const struct history_commit *commit)
{
	if (oid_equal(&commit->oid, &walk->tip))
		walk->windows.tip_date = commit->commit.committer.seconds;
	walk->windows.last_date = commit->commit.committer.seconds;
	walk->windows.last = commit->oid;
}

static void take_window(struct walk *walk, struct pack_memory *memory)
{
	pack_memory_free(walk->memory);
	walk->memory = memory;
	windows_learn(&walk->windows, memory);
}

void walk_begin(struct walk *walk, struct pack_memory *memory)
{
	if (memory)
		take_window(walk, memory);
}

/* As much of the chain as came and may be judged together. */
static void fill(struct walk *walk)
{
	walk->count = 0;
	while (walk->memory && walk->count < walk->block_max && oid_is_set(&walk->next)) {
		struct history_commit *commit = &walk->block[walk->count];

		*commit = (struct history_commit){ .oid = walk->next };
		if (!pack_memory_commit(walk->memory, &commit->oid, &commit->commit))
			return;
		learn_dates(walk, commit);
		if (!set_parent_tree(walk, commit))
			return;
		walk->next = commit->commit.first_parent;
		walk->count++;
	}
}

/* The parent of `next` where that itself came already and waits for it, otherwise `next`. */
static struct oid needed(const struct walk *walk)
{
	struct commit commit;

	if (walk->memory && pack_memory_commit(walk->memory, &walk->next, &commit))
		return commit.first_parent;
	return walk->next;
}

static void plan(const struct walk *walk, struct window *window)
{
	struct oid parent = needed(walk);

	windows_plan(&walk->windows, &walk->next, &parent, window);
	if (walk->fruitless == 0)
		return;
	oids_release(&window->wants);
	oids_release(&window->haves);
	oids_add(&window->wants, &walk->next);
	window->request.since = 0;
	window->request.depth = walk->fruitless == 1 ? CERTAIN_DEPTH : 0;
}

static int receive(struct walk *walk, const struct fetch_request *request, struct err *err)
{
	auto_fetch_result struct fetch_result result = { 0 };
	auto_pack_memory struct pack_memory *memory = pack_memory_new();
	struct pack_sink sink = pack_memory_sink(memory);

	if (remote_fetch(walk->remote, request, &sink, &result, err) < 0 ||
		pack_memory_finish(memory, err) < 0) {
		if (!pack_memory_is_full(memory))
			return -1;
		log_warning("the history is too long: what is older than %s is not looked at",
			walk->windows.last.hex);
		walk->next = (struct oid){ 0 };
		walk->cut = true;
		return 0;
	}
	walk->whole = !request->depth && !request->since && !request->haves->count;
	take_window(walk, TAKE(memory));
	return 0;
}

/* A server of version 0 gives only what it advertises: then the window begins at the tip again. */
static int receive_from_tip(
	struct walk *walk, struct window *window, const struct err *why, struct err *err)
{
	if (why->kind != ERR_REMOTE || walk->windows.count == 0)
		return err_set(err, why->kind, "%s", why->message);
	log_debug("git: %s is not to be had by its id: %s", walk->next.hex, why->message);
	oids_release(&window->wants);
	oids_release(&window->haves);
	oids_add(&window->wants, &walk->tip);
	window->request.since = 0;
	window->request.depth = windows_depth(&walk->windows);
	return receive(walk, &window->request, err);
}

static int fetch_window(struct walk *walk, struct err *err)
{
	auto_window struct window window = { 0 };
	struct err why = { 0 };

	plan(walk, &window);
	pack_memory_free(walk->memory); /* what is left of it comes again */
	walk->memory = NULL;
	if (receive(walk, &window.request, &why) == 0)
		return 0;
	return receive_from_tip(walk, &window, &why, err);
}

long walk_block(struct walk *walk, const struct history_commit **block, struct err *err)
{
	for (walk->fruitless = 0;; walk->fruitless++) {
		fill(walk);
		if (walk->count || !oid_is_set(&walk->next) || walk->whole)
			break;
		if (fetch_window(walk, err) < 0)
			return -1;
	}
	if (oid_equal(&walk->next, &walk->tip))
		return since_lacks(walk->remote, err);
	walk->block_max = walk->block_max * BLOCK_GROWTH;
	if (walk->block_max > HISTORY_BLOCK_MAX)
		walk->block_max = HISTORY_BLOCK_MAX;
	*block = walk->block;
	return (long)walk->count;
}

bool walk_at_root(const struct walk *walk)
{
	return !oid_is_set(&walk->next) && !walk->cut;
}

bool walk_find(const struct walk *walk, const char *prefix, struct oid *oid)
{
	struct oid fetched;

	for (size_t i = 0; oid_map_next(&walk->windows.fetched, &i, &fetched);) {
		if (!span_starts(span_of(fetched.hex), prefix))
			continue;
		*oid = fetched;
		return true;
	}
	return false;
}

void walk_free(struct walk *walk)
{
	if (!walk)
		return;
	windows_release(&walk->windows);
	pack_memory_free(walk->memory);
	free(walk->block);
	free(walk);
}

void walk_free_pointer(struct walk **walk)
{
	walk_free(*walk);
	*walk = NULL;
}
