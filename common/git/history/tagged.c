/* SPDX-License-Identifier: Apache-2.0 */
/* tagged: which tags are versions, oldest first. */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "git/history/since.h"
#include "git/history/tagged.h"

/* Drop the tags before `first`. */
static void drop_before(struct tags *tags, size_t first)
{
	for (size_t i = 0; i < first; i++)
		free(tags->items[i].name);
	if (first)
		memmove(tags->items, tags->items + first,
			(tags->count - first) * sizeof(*tags->items));
	tags->count -= first;
}

static int judge(bool *wanted, const struct tags *tags, const struct pack_memory *memory,
	const struct history_filters *filters, struct err *err)
{
	auto_free struct history_commit *block = mem_alloc((tags->count + 1) * sizeof(*block));

	for (size_t i = 0; i < tags->count; i++) {
		struct commit parent;

		block[i].oid = tags->items[i].commit;
		(void)pack_memory_commit(memory, &block[i].oid, &block[i].commit);
		if (pack_memory_commit(memory, &block[i].commit.first_parent, &parent))
			block[i].parent_tree = parent.tree;
	}
	for (size_t i = 0; i < tags->count; i += HISTORY_BLOCK_MAX) {
		size_t left = tags->count - i;

		if (history_filters_judge(filters, block + i,
			    left < HISTORY_BLOCK_MAX ? left : HISTORY_BLOCK_MAX, left, wanted + i,
			    err) < 0)
			return -1;
	}
	return 0;
}

/* `given` stays: Concourse has it already. */
static int keep_wanted(struct tags *tags, const struct pack_memory *memory,
	const struct history_filters *filters, const char *given, struct err *err)
{
	auto_free bool *wanted = mem_alloc((tags->count + 1) * sizeof(*wanted));
	size_t kept = 0;

	if (judge(wanted, tags, memory, filters, err) < 0)
		return -1;
	for (size_t i = 0; i < tags->count; i++) {
		if (wanted[i] || (given && strcmp(tags->items[i].name, given) == 0))
			tags->items[kept++] = tags->items[i];
		else
			free(tags->items[i].name);
	}
	tags->count = kept;
	return 0;
}

/* 1 with the date of the commit, 0 where the server has it no more. */
static int date_of(int64_t *date, struct remote *remote, const char *id, struct err *err)
{
	auto_pack_memory struct pack_memory *memory = pack_memory_new();
	struct commit commit;
	struct oid oid;
	int found;

	if (!id || !oid_parse(span_of(id), &oid))
		return 0;
	found = since_ask_one(memory, remote, &oid, &commit, err);
	if (found > 0)
		*date = commit.committer.seconds;
	return found;
}

static bool stands(const struct tag *tag, const struct tagged_query *query)
{
	return tag && (!query->commit || strcmp(tag->commit.hex, query->commit) == 0);
}

/* Where the versions begin: 1 with a date, 0 where all of the past is gone. */
static int begin(int64_t *date, const struct tag *tag, struct remote *remote,
	const struct tagged_query *query, struct err *err)
{
	int64_t former = INT64_MAX;
	int found;

	if (stands(tag, query)) {
		*date = tag->date;
		return 1;
	}
	found = date_of(&former, remote, query->commit ? query->commit : query->version, err);
	if (found < 0)
		return -1;
	log_info("the tag '%s' was %s", query->version, tag ? "moved" : "deleted");
	*date = tag && tag->date < former ? tag->date : former;
	return tag || found;
}

/* Tags of one date are sorted by name: the version's equals before it are known already. */
static void drop_older(struct tags *tags, int64_t date, const char *version)
{
	const struct tag *tag = tags_find(tags, version);
	size_t first = 0;

	while (first < tags->count &&
		(tags->items[first].date < date ||
			(tag && tag->date == date && &tags->items[first] < tag)))
		first++;
	drop_before(tags, first);
}

static int keep_newest(struct tags *tags, const struct pack_memory *memory,
	const struct tagged_query *query, struct err *err)
{
	if (keep_wanted(tags, memory, query->filters, NULL, err) < 0)
		return -1;
	if (tags->count > (uint64_t)query->depth)
		drop_before(tags, tags->count - (size_t)query->depth);
	return 0;
}

static int keep_since_initial(struct tags *tags, const struct pack_memory *memory,
	const struct tagged_query *query, struct err *err)
{
	const struct tag *tag = tags_find(tags, query->initial);

	if (!tag)
		return err_set(err, ERR_MISSING,
			"source.initial_version: '%s' is none of the tags that count",
			query->initial);
	drop_older(tags, tag->date, query->initial);
	return keep_wanted(tags, memory, query->filters, query->initial, err);
}

int tagged_versions(
	struct tags *tags, struct remote *remote, const struct tagged_query *query, struct err *err)
{
	auto_pack_memory struct pack_memory *memory = pack_memory_new();
	const struct tag *tag;
	int64_t date;
	bool same;
	int found;

	if ((query->tip && tags_keep_merged(tags, remote, query->tip, err) < 0) ||
		tags_date(tags, remote, history_filters_compare(query->filters), memory, err) < 0)
		return -1;
	if (!query->version)
		return query->initial ? keep_since_initial(tags, memory, query, err)
				      : keep_newest(tags, memory, query, err);
	tag = tags_find(tags, query->version);
	same = stands(tag, query);
	found = begin(&date, tag, remote, query, err);
	if (found < 0)
		return -1;
	if (!found)
		return keep_newest(tags, memory, query, err);
	drop_older(tags, date, query->version);
	return keep_wanted(tags, memory, query->filters, same ? query->version : NULL, err);
}

int tagged_ancestor(struct oid *newest, struct remote *remote, const struct oid *tip,
	const struct tags *tags, struct err *err)
{
	auto_pack_memory struct pack_memory *memory = pack_memory_new();
	auto_oids struct oids wants = { 0 };
	auto_oids struct oids haves = { 0 };
	auto_fetch_result struct fetch_result result = { 0 };
	const struct fetch_request request = {
		.wants = &wants,
		.haves = &haves,
		.done = true,
		.without_trees = true,
	};
	const struct pack_sink sink = pack_memory_sink(memory);
	struct commit commit;

	*newest = (struct oid){ 0 };
	if (!tags->count)
		return 0;
	oids_add(&wants, tip);
	for (size_t i = 0; i < tags->count; i++)
		oids_add(&haves, &tags->items[i].commit);
	if (remote_fetch(remote, &request, &sink, &result, err) < 0 ||
		pack_memory_finish(memory, err) < 0)
		return -1;
	*newest = *tip;
	while (oid_is_set(newest) && pack_memory_commit(memory, newest, &commit))
		*newest = commit.first_parent;
	return 0;
}
