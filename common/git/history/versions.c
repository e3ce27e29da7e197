/* SPDX-License-Identifier: Apache-2.0 */
/* versions: which commits of a branch are versions. */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "git/history/hint.h"
#include "git/history/named.h"
#include "git/history/since.h"
#include "git/history/versions.h"
#include "git/history/walk.h"

struct search {
	struct remote *remote;
	const struct oid *tip;
	const struct history_query *query;
	struct hint hint;
};

static void add_oldest_first(struct oids *commits, const struct oids *newest_first)
{
	for (size_t i = newest_first->count; i > 0; i--)
		oids_add(commits, &newest_first->items[i - 1]);
}

/* Judge, and append the wanted ones, up to `most`. */
static int add_wanted(struct oids *newest_first, const struct history_filters *filters,
	const struct history_commit *block, size_t count, int64_t most, struct err *err)
{
	auto_free bool *wanted = mem_alloc(count * sizeof(*wanted));

	if (history_filters_judge(
		    filters, block, count, (size_t)most - newest_first->count, wanted, err) < 0)
		return -1;
	for (size_t i = 0; i < count && newest_first->count < (uint64_t)most; i++)
		if (wanted[i])
			oids_add(newest_first, &block[i].oid);
	return 0;
}

/* The newest wanted ones, walking back until there are so many. */
static int add_newest(
	struct oids *commits, const struct search *search, int64_t depth, struct err *err)
{
	const struct history_filters *filters = search->query->filters;
	auto_walk struct walk *walk = NULL;
	auto_oids struct oids found = { 0 };
	bool at_root = false;

	if (depth == 1 && !filters->count) {
		oids_add(commits, search->tip);
		return 0;
	}
	walk = walk_new(search->remote, search->tip, history_filters_compare(filters));
	if (search->query->newest)
		walk_begin(walk, TAKE(*search->query->newest));
	while (found.count < (uint64_t)depth) {
		const struct history_commit *block;
		long count = walk_block(walk, &block, err);

		if (count < 0)
			return -1;
		at_root = walk_at_root(walk);
		if (count == 0)
			break;
		if (add_wanted(&found, filters, block, (size_t)count, depth, err) < 0)
			return -1;
	}
	if (at_root && !found.count && !search->query->version)
		hint_put(&search->hint, NULL, search->tip);
	add_oldest_first(commits, &found);
	return 0;
}

/* The tree of a commit that did not come, for its child to be compared with. */
static int ask_tree(
	struct oid *tree, const struct search *search, const struct oid *oid, struct err *err)
{
	auto_pack_memory struct pack_memory *memory = pack_memory_new();
	struct commit commit;
	int found = since_ask_one(memory, search->remote, oid, &commit, err);

	if (found > 0)
		*tree = commit.tree;
	return found < 0 ? -1 : 0;
}

static int take_commit(struct history_commit *taken, const struct search *search,
	const struct since *since, const struct oid *oid, struct err *err)
{
	struct commit parent;

	*taken = (struct history_commit){ .oid = *oid };
	if (!pack_memory_commit(since->memory, oid, &taken->commit))
		return err_set(err, ERR_INTERNAL, "commit %s was lost", oid->hex);
	if (!history_filters_compare(search->query->filters) || !taken->commit.parent_count)
		return 0;
	if (!pack_memory_commit(since->memory, &taken->commit.first_parent, &parent))
		return ask_tree(&taken->parent_tree, search, &taken->commit.first_parent, err);
	taken->parent_tree = parent.tree;
	return 0;
}

/* What is wanted of the chain between, the newest `most`. */
static int add_between(struct oids *commits, const struct search *search, const struct since *since,
	int64_t most, struct err *err)
{
	auto_oids struct oids found = { 0 };
	size_t size = since->chain.count < HISTORY_BLOCK_MAX ? since->chain.count
							     : HISTORY_BLOCK_MAX;
	auto_free struct history_commit *block = mem_alloc((size + 1) * sizeof(*block));

	for (size_t first = 0; first < since->chain.count && found.count < (uint64_t)most;
		first += size) {
		size_t left = since->chain.count - first;
		size_t count = left < size ? left : size;

		for (size_t i = 0; i < count; i++)
			if (take_commit(&block[i], search, since, &since->chain.items[first + i],
				    err) < 0)
				return -1;
		if (add_wanted(&found, search->query->filters, block, count, most, err) < 0)
			return -1;
	}
	add_oldest_first(commits, &found);
	return 0;
}

/*
 * The version, unless it is NULL for none, and what is wanted after it. Where that is nothing, the next
 * check need not look there again.
 */
static int add_after(struct oids *commits, const struct search *search, const struct oid *version,
	const struct since *since, struct err *err)
{
	size_t before;

	if (version)
		oids_add(commits, version);
	before = commits->count;
	if (add_between(commits, search, since, version ? INT64_MAX : search->query->depth, err) <
		0)
		return -1;
	if (commits->count == before && search->query->filters->count)
		hint_put(&search->hint, version, search->tip);
	return 0;
}

/*
 * Go on from what an earlier check has examined; NULL is no version. Returns 1, or 0 where there is
 * no such hint, or where the branch does not build on it.
 */
static int add_since_examined(struct oids *commits, const struct search *search,
	const struct oid *version, struct err *err)
{
	auto_since struct since since = { .quiet = true };
	struct oid examined;

	if (!search->query->filters->count || !hint_get(&search->hint, version, &examined))
		return 0;
	if (oid_equal(&examined, search->tip)) {
		if (version)
			oids_add(commits, version);
		return 1;
	}
	if (since_ask(&since, search->remote, search->tip, &examined, err) < 0)
		return -1;
	if (since.relation != RELATION_ANCESTOR || !since.on_chain)
		return 0;
	return add_after(commits, search, version, &since, err) < 0 ? -1 : 1;
}

static int add_since(struct oids *commits, const struct search *search, const struct oid *version,
	struct err *err)
{
	auto_since struct since since = { 0 };
	size_t before = commits->count;

	if (since_ask(&since, search->remote, search->tip, version, err) < 0)
		return -1;
	switch (since.relation) {
	case RELATION_ANCESTOR:
		return since.on_chain ? add_after(commits, search, version, &since, err)
				      : add_between(commits, search, &since, INT64_MAX, err);
	case RELATION_REWRITTEN:
		if (add_between(commits, search, &since, INT64_MAX, err) < 0)
			return -1;
		return commits->count > before ? 0 : add_newest(commits, search, 1, err);
	case RELATION_TOO_FAR:
		log_warning("there are too many commits since %s: only the newest is taken",
			version->hex);
		return add_newest(commits, search, 1, err);
	case RELATION_UNKNOWN:
		break;
	}
	return add_newest(commits, search, search->query->depth, err);
}

/* It is named by people, so it must be there: to begin elsewhere would be a guess. */
static int add_since_initial(struct oids *commits, const struct search *search, struct err *err)
{
	auto_since struct since since = { 0 };
	struct oid version;

	if (named_commit(&version, search->remote, search->tip, search->query->initial, err) < 0)
		return -1;
	if (oid_equal(&version, search->tip)) {
		oids_add(commits, &version);
		return 0;
	}
	if (since_ask(&since, search->remote, search->tip, &version, err) < 0)
		return -1;
	if (since.relation != RELATION_ANCESTOR)
		return err_set(err, ERR_MISSING,
			"source.initial_version: '%s' is not in the history of the branch",
			search->query->initial);
	oids_add(commits, &version);
	return add_between(commits, search, &since, INT64_MAX, err);
}

int history_versions(struct oids *commits, struct remote *remote, const struct oid *tip,
	const struct history_query *query, struct err *err)
{
	struct search search = { .remote = remote, .tip = tip, .query = query };
	struct oid version;
	int known, examined;

	if (!query->version && query->initial)
		return add_since_initial(commits, &search, err);
	known = query->version ? named_version(&version, remote, tip, query->version, err) : 0;
	if (known < 0)
		return -1;
	if (known && oid_equal(&version, tip)) {
		oids_add(commits, tip);
		return 0;
	}
	hint_init(&search.hint, remote_address(remote), query->source);
	if (known || !query->version) {
		examined = add_since_examined(commits, &search, known ? &version : NULL, err);
		if (examined)
			return examined < 0 ? -1 : 0;
	}
	return known ? add_since(commits, &search, &version, err)
		     : add_newest(commits, &search, query->depth, err);
}
