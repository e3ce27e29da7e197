/* SPDX-License-Identifier: Apache-2.0 */
/* build: a pack of what one side has and the other has not, by libgit2's packbuilder. */
#include "base/log.h"
#include "base/stop.h"
#include "git/lib.h"
#include "git/oid_map.h"
#include "git/pack/build.h"
#include "git/pack/lacking.h"

struct builder {
	const struct pack_build *build;
	git_repository *repository;
	git_packbuilder *pack;
	struct oids heads;   /* commits that are wanted, or that wanted tags name */
	struct oid_map sent; /* commits */
	const struct pack_sink *sink;
};

static int bad_object(const struct oid *oid, struct err *err)
{
	return lib_error(err, "%s: cannot be packed", oid->hex);
}

/*
 * Tags are packed one by one down to what they name, a commit is a head of the history, and anything else is
 * packed with all that it holds.
 */
static int add_want(struct builder *builder, const struct oid *oid, struct err *err)
{
	git_oid id = lib_oid(oid);
	auto_git(object) git_object *object = NULL;
	int status;

	if (git_object_lookup(&object, builder->repository, &id, GIT_OBJECT_ANY) < 0)
		return bad_object(oid, err);
	while (git_object_type(object) == GIT_OBJECT_TAG) {
		git_object *target;
		git_tag *tag = (git_tag *)object;

		if (git_packbuilder_insert(builder->pack, git_object_id(object), NULL) < 0 ||
			git_tag_target(&target, tag) < 0)
			return bad_object(oid, err);
		git_object_free(object);
		object = target;
	}
	if (git_object_type(object) == GIT_OBJECT_COMMIT) {
		struct oid head = lib_oid_back(git_object_id(object));

		oids_add(&builder->heads, &head);
		status = 0;
	} else if (builder->build->without_trees) {
		status = git_packbuilder_insert(builder->pack, git_object_id(object), NULL);
	} else {
		status = git_packbuilder_insert_recur(builder->pack, git_object_id(object), NULL);
	}
	return status < 0 ? bad_object(oid, err) : 0;
}

static int begin(struct builder *builder, struct err *err)
{
	const struct pack_build *build = builder->build;

	if (git_packbuilder_new(&builder->pack, builder->repository) < 0)
		return lib_error(err, "no pack can be begun");
	(void)git_packbuilder_set_threads(builder->pack, 0);
	for (size_t i = 0; i < build->wants->count; i++)
		if (add_want(builder, &build->wants->items[i], err) < 0)
			return -1;
	return 0;
}

static int add_commit(struct builder *builder, const struct oid *oid, struct err *err)
{
	git_oid id = lib_oid(oid);
	int status = builder->build->without_trees
		? git_packbuilder_insert(builder->pack, &id, NULL)
		: git_packbuilder_insert_commit(builder->pack, &id);

	if (status < 0)
		return bad_object(oid, err);
	oid_map_put(&builder->sent, oid, 0);
	return stop_check(err);
}

/* With all of their trees but what the edge's hold: libgit2 leaves that out where it walks itself. */
static int add_with_trees(struct builder *builder, const struct lacking *lacking, struct err *err)
{
	auto_git(revwalk) git_revwalk *walk = NULL;
	int status = git_revwalk_new(&walk, builder->repository);

	for (size_t i = 0; status == 0 && i < lacking->tips.count; i++) {
		git_oid id = lib_oid(&lacking->tips.items[i]);

		status = git_revwalk_push(walk, &id);
	}
	for (size_t i = 0; status == 0 && i < lacking->edge.count; i++) {
		git_oid id = lib_oid(&lacking->edge.items[i]);

		status = git_revwalk_hide(walk, &id);
	}
	if (status < 0 || git_packbuilder_insert_walk(builder->pack, walk) < 0)
		return lib_error(err, "the history cannot be packed");
	return 0;
}

static int add_history(struct builder *builder, struct err *err)
{
	const struct oids none = { 0 };
	const struct oids *haves = builder->build->haves;
	auto_lacking struct lacking lacking = { 0 };

	if (lacking_find(
		    &lacking, builder->repository, &builder->heads, haves ? haves : &none, err) < 0)
		return -1;
	if (!builder->build->without_trees)
		return add_with_trees(builder, &lacking, err);
	for (size_t i = 0; i < lacking.commits.count; i++)
		if (add_commit(builder, &lacking.commits.items[i], err) < 0)
			return -1;
	return 0;
}

static bool is_wanted(const struct builder *builder, const struct oid *oid)
{
	return builder->build->since == 0 || oids_have(&builder->heads, oid);
}

static bool is_cut(const struct builder *builder, const struct oid *oid)
{
	return builder->build->cut && oids_have(builder->build->cut, oid);
}

/* Its parents are the next generation; at the last one all are cut, as git's servers do, also what has no parent. */
static int add_generation(struct builder *builder, const struct oids *now, struct oids *next,
	bool last, struct oids *shallow, struct err *err)
{
	size_t seen;

	for (size_t i = 0; i < now->count; i++) {
		git_oid id = lib_oid(&now->items[i]);
		auto_git(commit) git_commit *commit = NULL;
		unsigned int parents;

		if (oid_map_get(&builder->sent, &now->items[i], &seen))
			continue;
		if (git_commit_lookup(&commit, builder->repository, &id) < 0)
			return bad_object(&now->items[i], err);
		if (!is_wanted(builder, &now->items[i]) &&
			git_commit_time(commit) <= builder->build->since)
			continue;
		if (add_commit(builder, &now->items[i], err) < 0)
			return -1;
		parents = git_commit_parentcount(commit);
		if (last)
			oids_add(shallow, &now->items[i]);
		if (is_cut(builder, &now->items[i]))
			continue;
		for (unsigned int j = 0; !last && j < parents; j++) {
			struct oid parent = lib_oid_back(git_commit_parent_id(commit, j));

			oids_add(next, &parent);
		}
	}
	return 0;
}

static int add_generations(struct builder *builder, struct oids *shallow, struct err *err)
{
	auto_oids struct oids now = { 0 };

	for (size_t i = 0; i < builder->heads.count; i++)
		oids_add(&now, &builder->heads.items[i]);
	for (int depth = 1; now.count; depth++) {
		auto_oids struct oids next = { 0 };

		if (add_generation(
			    builder, &now, &next, depth == builder->build->depth, shallow, err) < 0)
			return -1;
		oids_release(&now);
		now = next;
		next = (struct oids){ 0 };
	}
	return 0;
}

/* Where the pack goes, and why it could not. */
struct outlet {
	const struct pack_sink *sink;
	struct err err;
};

static int give(void *data, size_t size, void *context)
{
	struct outlet *outlet = context;
	struct span bytes = { data, size };

	if (stop_check(&outlet->err) < 0)
		return GIT_EUSER;
	return pack_sink_take(outlet->sink, bytes, &outlet->err) < 0 ? GIT_EUSER : 0;
}

static int write_out(struct builder *builder, struct err *err)
{
	struct outlet outlet = { .sink = builder->sink };

	if (git_packbuilder_foreach(builder->pack, give, &outlet) == 0)
		return 0;
	if (outlet.err.kind != ERR_NONE)
		return err_set(err, outlet.err.kind, "%s", outlet.err.message);
	return lib_error(err, "the pack cannot be written");
}

static int fill(struct builder *builder, struct oids *shallow, struct err *err)
{
	if (begin(builder, err) < 0)
		return -1;
	if (builder->build->depth || builder->build->since || builder->build->cut
			? add_generations(builder, shallow, err) < 0
			: add_history(builder, err) < 0)
		return -1;
	log_debug("git: packing %zu objects", git_packbuilder_object_count(builder->pack));
	return write_out(builder, err);
}

int pack_build(struct git_repository *repository, const struct pack_build *build,
	const struct pack_sink *sink, struct oids *shallow, struct err *err)
{
	struct builder builder = { .build = build, .repository = repository, .sink = sink };
	int status = fill(&builder, shallow, err);

	git_packbuilder_free(builder.pack);
	oid_map_release(&builder.sent);
	oids_release(&builder.heads);
	return status;
}
