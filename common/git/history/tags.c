/* SPDX-License-Identifier: Apache-2.0 */
/* tags: the tags of a remote with their commits and dates, and which of them a branch holds. */
#include <string.h>

#include "base/mem.h"
#include "git/history/tags.h"
#include "git/oid_map.h"

void tags_select(struct tags *tags, const struct refs *refs, const struct selection *selection)
{
	for (size_t i = 0; i < refs->count; i++) {
		const struct ref *ref = &refs->items[i];
		struct span name = span_of(ref->name);

		if (!span_take(&name, "refs/tags/") || !selection_has(selection, name.data))
			continue;
		if ((tags->count & (tags->count - 1)) == 0)
			tags->items = mem_resize(tags->items, tags->count ? 2 * tags->count : 1,
				sizeof(*tags->items));
		tags->items[tags->count++] = (struct tag){
			.name = span_copy(name),
			.oid = ref->oid,
			.commit = *ref_commit(ref),
		};
	}
}

static int fetch(struct pack_memory *memory, struct remote *remote,
	const struct fetch_request *request, struct err *err)
{
	auto_fetch_result struct fetch_result result = { 0 };
	const struct pack_sink sink = pack_memory_sink(memory);

	if (remote_fetch(remote, request, &sink, &result, err) < 0)
		return -1;
	return pack_memory_finish(memory, err);
}

/* Also servers that give only what they advertise give the tags themselves. */
static void want_tags(struct oids *wants, const struct tags *tags)
{
	auto_oid_map struct oid_map seen = { 0 };

	for (size_t i = 0; i < tags->count; i++)
		if (oid_map_add(&seen, &tags->items[i].oid))
			oids_add(wants, &tags->items[i].oid);
}

static int by_date(const void *a, const void *b)
{
	const struct tag *left = a, *right = b;

	if (left->date != right->date)
		return left->date < right->date ? -1 : 1;
	return strcmp(left->name, right->name);
}

/* False where it names no commit. */
static bool set_date(struct tag *tag, const struct pack_memory *memory)
{
	struct commit commit;
	struct person tagger;
	struct span text;

	if (!pack_memory_commit(memory, &tag->commit, &commit))
		return false;
	tag->date = commit.committer.seconds;
	if (pack_memory_tag(memory, &tag->oid, &text) && commit_parse_tagger(text, &tagger) &&
		tagger.seconds)
		tag->date = tagger.seconds;
	return true;
}

int tags_date(struct tags *tags, struct remote *remote, bool parents, struct pack_memory *memory,
	struct err *err)
{
	auto_oids struct oids wants = { 0 };
	const struct fetch_request request = {
		.wants = &wants,
		.done = true,
		.without_trees = true,
		.depth = parents ? 2 : 1,
	};
	size_t kept = 0;

	if (!tags->count)
		return 0;
	want_tags(&wants, tags);
	if (fetch(memory, remote, &request, err) < 0)
		return -1;
	for (size_t i = 0; i < tags->count; i++) {
		if (set_date(&tags->items[i], memory))
			tags->items[kept++] = tags->items[i];
		else
			free(tags->items[i].name);
	}
	tags->count = kept;
	if (kept)
		qsort(tags->items, kept, sizeof(*tags->items), by_date);
	return 0;
}

/* Told that we have the tip, the server sends of the tags' commits just those that it lacks. */
int tags_keep_merged(
	struct tags *tags, struct remote *remote, const struct oid *tip, struct err *err)
{
	auto_pack_memory struct pack_memory *memory = pack_memory_new();
	auto_oids struct oids wants = { 0 };
	auto_oids struct oids haves = { 0 };
	const struct fetch_request request = {
		.wants = &wants,
		.haves = &haves,
		.done = true,
		.without_trees = true,
	};
	size_t kept = 0;

	if (!tags->count)
		return 0;
	want_tags(&wants, tags);
	oids_add(&haves, tip);
	if (fetch(memory, remote, &request, err) < 0)
		return -1;
	for (size_t i = 0; i < tags->count; i++) {
		struct commit commit;

		if (pack_memory_commit(memory, &tags->items[i].commit, &commit))
			free(tags->items[i].name);
		else
			tags->items[kept++] = tags->items[i];
	}
	tags->count = kept;
	return 0;
}

const struct tag *tags_find(const struct tags *tags, const char *name)
{
	for (size_t i = 0; i < tags->count; i++)
		if (strcmp(tags->items[i].name, name) == 0)
			return &tags->items[i];
	return NULL;
}

void tags_release(struct tags *tags)
{
	for (size_t i = 0; i < tags->count; i++)
		free(tags->items[i].name);
	free(tags->items);
	*tags = (struct tags){ 0 };
}
