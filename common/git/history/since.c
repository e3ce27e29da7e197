/* SPDX-License-Identifier: Apache-2.0 */
/* since: how a commit and the tip of a branch are related, and the chain between them. */
#include "base/log.h"
#include "git/history/since.h"

/* What one exchange is about. */
struct question {
	struct remote *remote;
	const struct oid *tip;
	const struct oid *commit;
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

int since_ask_one(struct pack_memory *memory, struct remote *remote, const struct oid *oid,
	struct commit *commit, struct err *err)
{
	auto_fetch_result struct fetch_result result = { 0 };
	struct fetch_request request = { .done = true, .depth = 1 };
	struct err ignored = { 0 };

	/* servers of version 0 give only what they advertise */
	if (ask(memory, remote, request, oid, NULL, &result, &ignored) < 0) {
		log_debug("git: %s is not to be had: %s", oid->hex, ignored.message);
		return ignored.kind == ERR_REMOTE
			? 0
			: err_set(err, ignored.kind, "%s", ignored.message);
	}
	return pack_memory_commit(memory, oid, commit);
}

/*
 * Without `done` the server sends no pack unless the tip builds on the commit: an unknown one costs
 * nothing then, where it would cost the whole history with it.
 */
static int relate(struct since *since, const struct question *question, struct err *err)
{
	auto_fetch_result struct fetch_result result = { 0 };
	struct fetch_request request = { .done = false };

	if (ask(since->memory, question->remote, request, question->tip, question->commit, &result,
		    err) < 0)
		return -1;
	if (result.pack)
		since->relation = RELATION_ANCESTOR;
	else if (oids_have(&result.acknowledged, question->commit))
		since->relation = RELATION_REWRITTEN;
	else
		since->relation = RELATION_UNKNOWN;
	return 0;
}

static int fetch_range(struct since *since, const struct question *question, const struct oid *have,
	struct err *err)
{
	auto_fetch_result struct fetch_result result = { 0 };
	struct fetch_request request = { .done = true };

	pack_memory_free(since->memory);
	since->memory = pack_memory_new();
	return ask(since->memory, question->remote, request, question->tip, have, &result, err);
}

/*
 * The first-parent chain of the tip while it is in the pack. Returns the parent that it ends at; an
 * unset one where it ends at a root.
 */
static struct oid find_chain(struct since *since, const struct oid *tip)
{
	struct commit commit;
	struct oid next = *tip;

	oids_release(&since->chain);
	while (oid_is_set(&next) && pack_memory_commit(since->memory, &next, &commit)) {
		oids_add(&since->chain, &next);
		next = commit.first_parent;
	}
	return next;
}

int since_lacks(const struct remote *remote, struct err *err)
{
	return err_set(err, ERR_REMOTE, "%s: the server's pack lacks the commit that was asked for",
		remote_address(remote));
}

/*
 * The commit came in by a merge: what is new is what its first parent does not reach, which is more
 * than what it does not reach itself where it is a merge.
 */
static int widen_to_parent(struct since *since, const struct question *question, struct err *err)
{
	auto_pack_memory struct pack_memory *memory = pack_memory_new();
	struct commit commit;
	int found = since_ask_one(memory, question->remote, question->commit, &commit, err);

	if (found < 0)
		return -1;
	if (!found || commit.parent_count < 2)
		return 0;
	return fetch_range(since, question, &commit.first_parent, err);
}

/* A commit that the tip builds on is a parent of some that came. */
static bool is_parent(const struct pack_memory *memory, const struct oid *oid)
{
	struct commit commit;
	struct oid child, parent;

	for (size_t i = 0; pack_memory_next(memory, &i, &child, &commit);)
		while (commit_next_parent(&commit.parents, &parent))
			if (oid_equal(&parent, oid))
				return true;
	return false;
}

static bool is_empty(const struct pack_memory *memory)
{
	struct commit commit;
	struct oid oid;
	size_t position = 0;

	return !pack_memory_next(memory, &position, &oid, &commit);
}

static void set_rewritten(struct since *since, const struct question *question, bool to_a_root)
{
	if (!since->quiet)
		log_info("the branch was rewritten: it no longer holds %s", question->commit->hex);
	since->relation = to_a_root ? RELATION_UNKNOWN : RELATION_REWRITTEN;
}

/*
 * Who has a commit has its parents: a server is ready as well where the tip builds on a parent, or is
 * one and nothing is sent.
 */
static int find_ancestor(struct since *since, const struct question *question, struct err *err)
{
	struct oid end = find_chain(since, question->tip);

	/* otherwise the tip must be there: without it the answer is no basis for anything */
	if (!since->chain.count && !is_empty(since->memory))
		return since_lacks(question->remote, err);
	since->on_chain = since->chain.count && oid_equal(&end, question->commit);
	if (since->on_chain)
		return 0;
	if (!is_parent(since->memory, question->commit)) {
		set_rewritten(since, question, !oid_is_set(&end));
		return 0;
	}
	log_debug("git: %s is not on the first-parent chain", question->commit->hex);
	if (widen_to_parent(since, question, err) < 0)
		return -1;
	(void)find_chain(since, question->tip);
	return since->chain.count ? 0 : since_lacks(question->remote, err);
}

/*
 * The commits after the merge base. Without one, all of the history would be new, and would come: so a
 * root that the tip does not reach, as an amended first commit leaves it, is told by itself.
 */
static int find_rewritten(struct since *since, const struct question *question, struct err *err)
{
	auto_pack_memory struct pack_memory *memory = pack_memory_new();
	struct commit commit;
	struct oid end;
	int found = since_ask_one(memory, question->remote, question->commit, &commit, err);

	if (found < 0)
		return -1;
	if (found && !commit.parent_count) {
		set_rewritten(since, question, true);
		return 0;
	}
	if (fetch_range(since, question, question->commit, err) < 0)
		return -1;
	end = find_chain(since, question->tip);
	set_rewritten(since, question, !oid_is_set(&end));
	return 0;
}

static int find_all(struct since *since, const struct question *question, struct err *err)
{
	since->memory = pack_memory_new();
	if (relate(since, question, err) < 0)
		return -1;
	switch (since->relation) {
	case RELATION_ANCESTOR:
		return find_ancestor(since, question, err);
	case RELATION_REWRITTEN:
		return find_rewritten(since, question, err);
	case RELATION_UNKNOWN:
	case RELATION_TOO_FAR:
		break;
	}
	if (!since->quiet)
		log_info("%s is not in the repository any more", question->commit->hex);
	return 0;
}

int since_ask(struct since *since, struct remote *remote, const struct oid *tip,
	const struct oid *commit, struct err *err)
{
	const struct question question = { remote, tip, commit };

	if (find_all(since, &question, err) == 0)
		return 0;
	if (!pack_memory_is_full(since->memory))
		return -1;
	since->relation = RELATION_TOO_FAR;
	return 0;
}

void since_release(struct since *since)
{
	oids_release(&since->chain);
	pack_memory_free(since->memory);
	*since = (struct since){ 0 };
}
