/* SPDX-License-Identifier: Apache-2.0 */
/* local: a repository on this machine, served in-process; its hooks are not run. */
#include <fcntl.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/stop.h"
#include "git/lib.h"
#include "git/oid_map.h"
#include "git/pack/build.h"
#include "git/remote/local.h"
#include "git/remote/transport.h"

static void local_close(void *state)
{
	struct local_remote *remote = state;

	git_repository_free(remote->repository);
	free(remote->path);
	free(remote);
}

/* "file:///path" and "/path"; a relative one would depend on where Concourse starts us. */
static int path_of(char **path, const struct place *place, struct err *err)
{
	struct span rest = span_of(place->uri);

	if (span_take(&rest, "file://"))
		(void)span_take(&rest, "localhost");
	if (!span_starts(rest, "/"))
		return err_set(err, ERR_CONFIG, "%s: '%s' is neither a URL nor an absolute path",
			place->field, place->uri);
	*path = span_copy(rest);
	return 0;
}

static int open_at(struct local_remote *remote, const struct place *place, struct err *err)
{
	if (path_of(&remote->path, place, err) < 0)
		return -1;
	if (lib_open(&remote->repository, remote->path, err) < 0)
		return err_wrap(err, "%s", place->field);
	return 0;
}

static int local_open(
	void **state, struct access *access, const struct place *place, struct err *err)
{
	struct local_remote *remote = mem_alloc(sizeof(*remote));

	(void)access;
	if (open_at(remote, place, err) < 0) {
		local_close(remote);
		return -1;
	}
	*state = remote;
	return 0;
}

static const char *local_address(const void *state)
{
	const struct local_remote *remote = state;

	return remote->path;
}

/* One ref as ls-refs would tell it; what names nothing is left out. */
static void add_ref(
	struct refs *refs, git_repository *repository, git_reference *reference, bool peel)
{
	struct span name = span_of(git_reference_name(reference));
	const char *target = git_reference_symbolic_target(reference);
	auto_git(object) git_object *object = NULL;
	struct oid oid, peeled = { 0 };
	git_oid id;

	if (git_reference_name_to_id(&id, repository, git_reference_name(reference)) < 0)
		return;
	oid = lib_oid_back(&id);
	if (peel && git_object_lookup(&object, repository, &id, GIT_OBJECT_TAG) == 0) {
		auto_git(object) git_object *named = NULL;

		if (git_object_peel(&named, object, GIT_OBJECT_ANY) == 0)
			peeled = lib_oid_back(git_object_id(named));
	}
	refs_add(refs, name, &oid, &peeled, span_of(target));
}

static void add_head(struct refs *refs, git_repository *repository)
{
	auto_git(reference) git_reference *head = NULL;

	if (git_reference_lookup(&head, repository, "HEAD") < 0)
		return;
	if (git_repository_head_unborn(repository) == 1)
		refs_add(refs, span_of("HEAD"), NULL, NULL,
			span_of(git_reference_symbolic_target(head)));
	else
		add_ref(refs, repository, head, false);
}

static bool is_asked(const struct refs_query *query, const char *name)
{
	for (size_t i = 0; query && i < query->count; i++)
		if (span_starts(span_of(name), query->prefixes[i]))
			return true;
	return !query || query->count == 0;
}

static int local_refs(
	void *state, const struct refs_query *query, struct refs *refs, struct err *err)
{
	const struct local_remote *remote = state;
	auto_git(reference_iterator) git_reference_iterator *iterator = NULL;
	git_reference *next;

	if (is_asked(query, "HEAD"))
		add_head(refs, remote->repository);
	if (git_reference_iterator_new(&iterator, remote->repository) < 0)
		return lib_error(err, "the refs cannot be read");
	while (git_reference_next(&next, iterator) == 0) {
		auto_git(reference) git_reference *reference = next;

		if (is_asked(query, git_reference_name(reference)))
			add_ref(refs, remote->repository, reference, query && query->peel);
		if (stop_check(err) < 0)
			return -1;
	}
	return 0;
}

static int local_refs_for_push(void *state, struct refs *refs, struct err *err)
{
	return local_refs(state, NULL, refs, err);
}

/* Do all wants build on some have, or are one? As a server decides that it is ready. */
static bool is_ready(git_repository *repository, const struct fetch_request *request)
{
	for (size_t i = 0; i < request->wants->count; i++) {
		git_oid want = lib_oid(&request->wants->items[i]);
		bool builds = false;

		for (size_t j = 0; j < request->haves->count && !builds; j++) {
			git_oid have = lib_oid(&request->haves->items[j]);

			builds = git_oid_equal(&want, &have) ||
				git_graph_descendant_of(repository, &want, &have) == 1;
		}
		if (!builds)
			return false;
	}
	return true;
}

static int acknowledge(git_repository *repository, const struct fetch_request *request,
	struct fetch_result *result, struct err *err)
{
	auto_git(odb) git_odb *odb = NULL;

	if (git_repository_odb(&odb, repository) < 0)
		return lib_error(err, "the objects cannot be read");
	for (size_t i = 0; request->haves && i < request->haves->count; i++)
		if (lib_have(odb, &request->haves->items[i]))
			oids_add(&result->acknowledged, &request->haves->items[i]);
	result->ready = !request->done && result->acknowledged.count &&
		is_ready(repository, request);
	return 0;
}

static int check_wants(
	git_repository *repository, const struct fetch_request *request, struct err *err)
{
	auto_git(odb) git_odb *odb = NULL;

	if (git_repository_odb(&odb, repository) < 0)
		return lib_error(err, "the objects cannot be read");
	for (size_t i = 0; i < request->wants->count; i++)
		if (!lib_have(odb, &request->wants->items[i]))
			return err_set(err, ERR_REMOTE, "there is no object '%s'",
				request->wants->items[i].hex);
	return 0;
}

/* What was cut behind a commit that is not cut any more comes now. */
static void unshallow(const struct fetch_request *request, struct fetch_result *result)
{
	auto_oid_map struct oid_map cut = { 0 };

	oid_map_add_all(&cut, &result->shallow);
	for (size_t i = 0; request->shallow && i < request->shallow->count; i++)
		if (!oid_map_has(&cut, &request->shallow->items[i]))
			oids_add(&result->unshallow, &request->shallow->items[i]);
}

static int local_fetch(void *state, const struct fetch_request *request,
	const struct pack_sink *sink, struct fetch_result *result, struct err *err)
{
	const struct local_remote *remote = state;
	bool is_cut = request->shallow && request->shallow->count;
	const struct pack_build build = {
		.wants = request->wants,
		/* a history that is cut is sent anew: what is behind a have may not be there */
		.haves = is_cut ? NULL : request->haves,
		.cut = is_cut && !request->depth ? request->shallow : NULL,
		.without_trees = request->without_trees,
		.depth = request->depth,
		.since = request->since,
	};

	if (check_wants(remote->repository, request, err) < 0 ||
		acknowledge(remote->repository, request, result, err) < 0)
		return -1;
	if (!request->done && !result->ready)
		return 0;
	if (lib_add_shallow(remote->repository, &result->shallow, err) < 0)
		return -1;
	if (pack_build(remote->repository, &build, sink, &result->shallow, err) < 0)
		return -1;
	if (request->depth)
		unshallow(request, result);
	result->pack = true;
	return 0;
}

static bool local_gives_trees(const void *state)
{
	(void)state;
	return true;
}

/* It costs nothing to ask for the refs here. */
static int local_takes_names(void *state, struct err *err)
{
	(void)state;
	(void)err;
	return 0;
}

const struct transport local_transport = {
	.open = local_open,
	.close = local_close,
	.address = local_address,
	.refs = local_refs,
	.gives_trees = local_gives_trees,
	.takes_names = local_takes_names,
	.fetch = local_fetch,
	.refs_for_push = local_refs_for_push,
	.push = local_push,
};
