/* SPDX-License-Identifier: Apache-2.0 */
/* fetch: what the remote's branch has and the repository has not. */
#include "base/log.h"
#include "base/mem.h"
#include "git/combine/combine.h"
#include "git/combine/receive.h"
#include "git/lib.h"
#include "git/pack/receive.h"

enum { HAVES_MAX = 256 };

static void add_have(struct oids *haves, const git_oid *id)
{
	struct oid oid = lib_oid_back(id);

	if (haves->count < HAVES_MAX && !oids_have(haves, &oid))
		oids_add(haves, &oid);
}

static int add_refs(
	struct oids *haves, git_repository *repository, const char *glob, struct err *err)
{
	auto_git(reference_iterator) git_reference_iterator *iterator = NULL;
	git_reference *next;

	if (git_reference_iterator_glob_new(&iterator, repository, glob) < 0)
		return lib_error(err, "the refs cannot be read");
	while (git_reference_next(&next, iterator) == 0) {
		auto_git(reference) git_reference *reference = next;

		if (haves->count < HAVES_MAX / 2 && git_reference_target(reference))
			add_have(haves, git_reference_target(reference));
	}
	return 0;
}

/* What HEAD and the refs name, and the commits behind HEAD: one of them is common to both sides. */
static int find_haves(struct oids *haves, git_repository *repository, struct err *err)
{
	auto_git(revwalk) git_revwalk *walk = NULL;
	git_oid id;
	int more = 0;

	if (add_refs(haves, repository, "refs/notes/*", err) < 0 ||
		add_refs(haves, repository, "refs/remotes/*", err) < 0)
		return -1;
	if (git_revwalk_new(&walk, repository) < 0 || git_revwalk_push_head(walk) < 0)
		return lib_error(err, "the history cannot be read");
	while (haves->count < HAVES_MAX && (more = lib_walk_next(&id, walk, err)) > 0)
		add_have(haves, &id);
	return more < 0 ? -1 : 0;
}

/* 1 where it is there, 0 where it is not. */
static int find_tip(git_repository *repository, const struct oid *tip, struct err *err)
{
	auto_git(odb) git_odb *odb = NULL;

	if (git_repository_odb(&odb, repository) < 0)
		return lib_error(err, "the objects cannot be read");
	return lib_have(odb, tip) ? 1 : 0;
}

static int look_again(git_repository *repository, struct err *err)
{
	auto_git(odb) git_odb *odb = NULL;

	if (git_repository_odb(&odb, repository) < 0 || git_odb_refresh(odb) < 0)
		return lib_error(err, "the objects cannot be read");
	return 0;
}

int combine_receive(struct git_repository *repository, struct remote *remote,
	const struct fetch_request *request, struct err *err)
{
	auto_free char *folder = mem_format("%sobjects/pack", git_repository_commondir(repository));
	auto_pack_receiver struct pack_receiver *receiver = NULL;
	auto_fetch_result struct fetch_result result = { 0 };
	struct pack_sink sink;
	uint64_t objects;

	if (pack_receiver_new(&receiver, folder, err) < 0)
		return -1;
	sink = pack_receiver_sink(receiver);
	if (remote_fetch(remote, request, &sink, &result, err) < 0 ||
		pack_receiver_finish(receiver, &objects, err) < 0)
		return -1;
	return look_again(repository, err);
}

int combine_fetch(struct git_repository *repository, struct remote *remote, const char *name,
	const struct oid *tip, struct err *err)
{
	const struct refs_query query = { &name, 1, .peel = false };
	auto_refs struct refs refs = { 0 };
	auto_oids struct oids wants = { 0 };
	auto_oids struct oids haves = { 0 };
	auto_oids struct oids shallow = { 0 };
	const struct fetch_request request = {
		.wants = &wants,
		.haves = &haves,
		.shallow = &shallow,
		.done = true,
		.progress = true,
	};
	int found = find_tip(repository, tip, err);

	if (found != 0)
		return found < 0 ? -1 : 0;
	log_info("fetching %s of %s", name, remote_address(remote));
	oids_add(&wants, tip);
	if (find_haves(&haves, repository, err) < 0 ||
		lib_add_shallow(repository, &shallow, err) < 0 ||
		remote_refs(remote, &query, &refs, err) < 0)
		return -1;
	return combine_receive(repository, remote, &request, err) < 0 ? -1 : 1;
}
