/* SPDX-License-Identifier: Apache-2.0 */
/* newest: the tip of a branch and the newest commits behind it, by one request. */
#include "base/log.h"
#include "base/mem.h"
#include "git/history/hint.h"
#include "git/history/newest.h"
#include "git/history/window.h"

/* Is it certain that commits are asked for after the tip? */
static bool is_first(const struct remote *remote, const struct history_query *query)
{
	struct hint hint;
	struct oid examined;

	if (query->version || query->initial || (query->depth == 1 && !query->filters->count))
		return false;
	hint_init(&hint, remote_address(remote), query->source);
	return !hint_get(&hint, NULL, &examined);
}

static int fetch(struct newest *newest, struct remote *remote, const char *name, struct err *err)
{
	static const struct windows none = { 0 };
	auto_pack_memory struct pack_memory *memory = pack_memory_new();
	auto_fetch_result struct fetch_result result = { 0 };
	const struct pack_sink sink = pack_memory_sink(memory);
	const struct fetch_request request = {
		.want_ref = name,
		.done = true,
		.without_trees = true,
		.depth = windows_depth(&none),
	};
	const struct ref *ref;

	if (remote_fetch(remote, &request, &sink, &result, err) < 0 ||
		pack_memory_finish(memory, err) < 0)
		return -1;
	ref = refs_find(&result.wanted, name);
	if (!ref)
		return err_set(err, ERR_REMOTE, "the server does not say which commit %s is", name);
	newest->tip = ref->oid;
	newest->memory = TAKE(memory);
	return 0;
}

int newest_ask(struct newest *newest, struct remote *remote, const struct history_query *query,
	const char *branch, struct err *err)
{
	auto_free char *name = branch ? mem_format("refs/heads/%s", branch)
				      : mem_copy_string("HEAD");
	struct err why = { 0 };
	int takes;

	if (!is_first(remote, query))
		return 0;
	takes = remote_takes_names(remote, err);
	if (takes <= 0)
		return takes;
	if (fetch(newest, remote, name, &why) == 0)
		return 0;
	/* there may be a tag of that name, and it takes the refs to say what there is instead */
	log_debug("git: %s is not to be had by its name: %s", name, why.message);
	return why.kind == ERR_REMOTE ? 0 : err_set(err, why.kind, "%s", why.message);
}

void newest_release(struct newest *newest)
{
	pack_memory_free(newest->memory);
	*newest = (struct newest){ 0 };
}
