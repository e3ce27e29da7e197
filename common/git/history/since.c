/* SPDX-License-Identifier: Apache-2.0 */
/* since: which commits of a branch are versions after a given one. */
#include "base/log.h"
#include "git/history/since.h"
#include "git/pack/memory.h"

/* How the given version and the tip are related. */
enum relation {
	UNKNOWN,   /* the server does not know the version */
	REWRITTEN, /* it knows it, and the branch no longer builds on it */
	ANCESTOR,
};

struct walk {
	struct remote *remote;
	const struct oid *tip;
	struct pack_memory *memory; /* the commits that the tip has and the version has not */
};

/* One exchange: the commits of `want` that `have` has not. */
static int ask(struct pack_memory *memory, struct remote *remote, struct fetch_request request,
	const struct oid *want, const struct oid *have, struct fetch_result *result,
	struct err *err)
{
	auto_oids struct oids wants = { 0 };
	auto_oids struct oids haves = { 0 };
	const struct pack_sink sink = pack_memory_sink(memory);

	oids_add(&wants, want);
	if (have)
		oids_add(&haves, have);
	request.wants = &wants;
	request.haves = &haves;
	request.without_trees = true;
	if (remote_fetch(remote, &request, &sink, result, err) < 0)
		return -1;
	return result->pack ? pack_memory_finish(memory, err) : 0;
}

/*
 * Without `done` the server sends no pack unless the tip builds on the version: an unknown one costs
 * nothing then, where it would cost the whole history with it.
 */
static int relate(
	struct walk *walk, const struct oid *version, enum relation *relation, struct err *err)
{
	auto_fetch_result struct fetch_result result = { 0 };
	struct fetch_request request = { .done = false };

	if (ask(walk->memory, walk->remote, request, walk->tip, version, &result, err) < 0)
		return -1;
	if (result.pack)
		*relation = ANCESTOR;
	else
		*relation = oids_have(&result.acknowledged, version) ? REWRITTEN : UNKNOWN;
	return 0;
}

static int fetch_range(struct walk *walk, const struct oid *have, struct err *err)
{
	auto_fetch_result struct fetch_result result = { 0 };
	struct fetch_request request = { .done = true };

	pack_memory_free(walk->memory);
	walk->memory = pack_memory_new();
	return ask(walk->memory, walk->remote, request, walk->tip, have, &result, err);
}

/*
 * The first-parent chain of the tip while it is in the pack, newest first. `end` is the parent that
 * it ends at; unset where it ends at a root.
 */
static void chain(const struct walk *walk, struct oids *newest_first, struct oid *end)
{
	struct commit commit;

	*end = *walk->tip;
	while (oid_is_set(end) && pack_memory_commit(walk->memory, end, &commit)) {
		oids_add(newest_first, end);
		*end = commit.first_parent;
	}
}

static void add_oldest_first(struct oids *commits, const struct oids *newest_first)
{
	for (size_t i = newest_first->count; i > 0; i--)
		oids_add(commits, &newest_first->items[i - 1]);
}

/*
 * The version came in by a merge: what is new is what its first parent does not reach, which is more
 * than what it does not reach itself where it is a merge.
 */
static int widen_to_parent(struct walk *walk, const struct oid *version, struct err *err)
{
	auto_pack_memory struct pack_memory *memory = pack_memory_new();
	auto_fetch_result struct fetch_result result = { 0 };
	struct fetch_request request = { .done = true, .depth = 1 };
	struct err ignored = { 0 };
	struct commit commit;

	/* servers of version 0 give only what they advertise */
	if (ask(memory, walk->remote, request, version, NULL, &result, &ignored) < 0) {
		log_debug("git: the version's own commit is not to be had: %s", ignored.message);
		return ignored.kind == ERR_STOPPED
			? err_set(err, ERR_STOPPED, "%s", ignored.message)
			: 0;
	}
	if (!pack_memory_commit(memory, version, &commit) || commit.parent_count < 2)
		return 0;
	return fetch_range(walk, &commit.first_parent, err);
}

/* The tip is always new here: without it the server's answer is no basis for saying what else is. */
static int chain_from_tip(
	const struct walk *walk, struct oids *newest_first, struct oid *end, struct err *err)
{
	chain(walk, newest_first, end);
	if (newest_first->count)
		return 0;
	return err_set(err, ERR_REMOTE, "%s: the server's pack lacks the commit that was asked for",
		remote_address(walk->remote));
}

static int add_descendants(
	struct oids *commits, struct walk *walk, const struct oid *version, struct err *err)
{
	auto_oids struct oids found = { 0 };
	struct oid end;

	if (chain_from_tip(walk, &found, &end, err) < 0)
		return -1;
	if (oid_equal(&end, version)) {
		oids_add(commits, version);
		add_oldest_first(commits, &found);
		return 0;
	}
	log_debug("git: %s is not on the first-parent chain", version->hex);
	oids_release(&found);
	if (widen_to_parent(walk, version, err) < 0 || chain_from_tip(walk, &found, &end, err) < 0)
		return -1;
	add_oldest_first(commits, &found);
	return 0;
}

/* The commits after the merge base; the tip alone where there is none, or the tip itself is it. */
static int add_rewritten(
	struct oids *commits, struct walk *walk, const struct oid *version, struct err *err)
{
	auto_oids struct oids found = { 0 };
	struct oid end;

	log_info("the branch was rewritten: it no longer holds %s", version->hex);
	if (fetch_range(walk, version, err) < 0)
		return -1;
	chain(walk, &found, &end);
	if (oid_equal(&end, version))
		oids_add(commits, version);
	if (!found.count || !oid_is_set(&end))
		oids_add(commits, walk->tip);
	else
		add_oldest_first(commits, &found);
	return 0;
}

static int add_by_relation(
	struct oids *commits, struct walk *walk, const struct oid *version, struct err *err)
{
	enum relation relation;

	if (relate(walk, version, &relation, err) < 0)
		return -1;
	switch (relation) {
	case ANCESTOR:
		return add_descendants(commits, walk, version, err);
	case REWRITTEN:
		return add_rewritten(commits, walk, version, err);
	case UNKNOWN:
		break;
	}
	log_info("%s is not in the repository any more", version->hex);
	oids_add(commits, walk->tip);
	return 0;
}

int history_since(struct oids *commits, struct remote *remote, const struct oid *tip,
	const char *version, struct err *err)
{
	struct walk walk = { .remote = remote, .tip = tip };
	auto_pack_memory struct pack_memory *memory = NULL;
	auto_oids struct oids found = { 0 };
	struct oid since;
	int status;

	if (!version || !oid_parse(span_of(version), &since) || oid_equal(&since, tip)) {
		oids_add(commits, tip);
		return 0;
	}
	walk.memory = pack_memory_new();
	status = add_by_relation(&found, &walk, &since, err);
	memory = walk.memory;
	if (status < 0 && pack_memory_is_full(memory)) {
		log_warning(
			"there are too many commits since %s: only the newest is taken", since.hex);
		oids_add(commits, tip);
		return 0;
	}
	if (status < 0)
		return -1;
	for (size_t i = 0; i < found.count; i++)
		oids_add(commits, &found.items[i]);
	return 0;
}
