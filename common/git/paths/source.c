/* SPDX-License-Identifier: Apache-2.0 */
/* source: where trees come from. */
#include "base/log.h"
#include "git/paths/source.h"

/*
 * 50 bytes a want, and web servers take a megabyte of request at most. Trees that come as deltas are
 * small, and larger batches are cheaper; but where they come whole, the batch shrinks.
 */
enum { BATCH_MIN = 250, BATCH_MAX = 5000 };
#define BATCH_BYTES (8 * 1024 * 1024)

/* Counts what passes to the trees. */
struct counting {
	struct pack_sink sink;
	size_t bytes;
};

static int count(void *context, struct span bytes, struct err *err)
{
	struct counting *counting = context;

	counting->bytes += bytes.length;
	return pack_sink_take(&counting->sink, bytes, err);
}

static int fetch(struct pack_trees *trees, struct remote *remote,
	const struct fetch_request *request, size_t *bytes, struct err *err)
{
	auto_fetch_result struct fetch_result result = { 0 };
	struct counting counting = { .sink = pack_trees_sink(trees) };
	const struct pack_sink sink = { count, &counting };

	if (remote_fetch(remote, request, &sink, &result, err) < 0 ||
		pack_trees_finish(trees, err) < 0)
		return -1;
	*bytes = counting.bytes;
	return 0;
}

static int fetch_whole(
	struct paths_source *source, const struct oids *wants, size_t depth, struct err *err)
{
	const struct fetch_request request = { .wants = wants, .done = true, .depth = (int)depth };
	auto_pack_trees struct pack_trees *trees = pack_trees_new();
	size_t bytes;

	log_debug(
		"git: the server gives no single trees, so %zu generations of commits are fetched",
		depth);
	if (fetch(trees, source->remote, &request, &bytes, err) < 0)
		return -1;
	source->whole = TAKE(trees);
	return 0;
}

/* The first commit of each chain, and how many commits the longest chain has. */
static size_t find_chains(const struct history_commit *commits, size_t count, struct oids *firsts)
{
	size_t length = 0, longest = 0;

	for (size_t i = 0; i < count; i++) {
		if (i == 0 || !oid_equal(&commits[i - 1].commit.first_parent, &commits[i].oid)) {
			oids_add(firsts, &commits[i].oid);
			length = 0;
		}
		if (++length > longest)
			longest = length;
	}
	return longest;
}

/* So deep that the first parents of all of them come. Old servers only give the tip of a branch. */
int paths_source_begin(struct paths_source *source, const struct history_commit *commits,
	size_t count, struct err *err)
{
	auto_oids struct oids wants = { 0 };
	auto_oids struct oids tip = { 0 };
	struct err why = { 0 };
	size_t longest;

	if (remote_gives_trees(source->remote))
		return 0;
	if (!source->judged)
		source->tip = commits[0].oid;
	source->judged += count;
	pack_trees_free(source->whole);
	source->whole = NULL;
	longest = find_chains(commits, count, &wants);
	if (fetch_whole(source, &wants, longest + 1, &why) == 0)
		return 0;
	if (why.kind != ERR_REMOTE || oid_equal(&source->tip, &commits[0].oid))
		return err_set(err, why.kind, "%s", why.message);
	log_debug("git: %s is not to be had by its id: %s", commits[0].oid.hex, why.message);
	oids_add(&tip, &source->tip);
	return fetch_whole(source, &tip, source->judged + 1, err);
}

size_t paths_source_batch(const struct paths_source *source)
{
	return source->batch ? source->batch : BATCH_MAX / 2;
}

static void learn(struct paths_source *source, size_t asked, size_t bytes)
{
	size_t batch = BATCH_BYTES / (bytes / asked + 1);

	source->batch = batch < BATCH_MIN ? BATCH_MIN : batch > BATCH_MAX ? BATCH_MAX : batch;
}

int paths_source_ask(struct paths_source *source, const struct oids *wants, pack_trees_visit *visit,
	void *context, struct err *err)
{
	const struct fetch_request request = {
		.wants = wants, .done = true, .trees = true, .without_trees = true
	};
	auto_pack_trees struct pack_trees *trees = NULL;
	size_t bytes;

	if (source->whole)
		return pack_trees_show(source->whole, visit, context, err);
	trees = pack_trees_new();
	if (fetch(trees, source->remote, &request, &bytes, err) < 0)
		return -1;
	log_debug("git: %zu trees were asked for, %zu bytes came", wants->count, bytes);
	learn(source, wants->count, bytes);
	return pack_trees_show(trees, visit, context, err);
}

void paths_source_release(struct paths_source *source)
{
	pack_trees_free(source->whole);
	*source = (struct paths_source){ 0 };
}
