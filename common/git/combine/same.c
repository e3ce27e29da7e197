/* SPDX-License-Identifier: Apache-2.0 */
/* same: commits whose change the other side has already made, by patch id. */
#include "git/combine/same.h"
#include "git/combine/step.h"
#include "git/oid_map.h"

/* Of binary files libgit2 takes only that they changed; git, what they were and what they became. */
static int digest(git_oid *patch, git_diff *diff)
{
	int status = git_diff_patchid(patch, diff, NULL);

	for (size_t i = 0; status == 0 && i < git_diff_num_deltas(diff); i++) {
		const git_diff_delta *delta = git_diff_get_delta(diff, i);
		const git_oid ids[] = { *patch, delta->old_file.id, delta->new_file.id };

		if (delta->flags & GIT_DIFF_FLAG_BINARY)
			status = git_odb_hash(patch, ids, sizeof(ids), GIT_OBJECT_BLOB);
	}
	return status;
}

/* The patch id of a commit with one parent that changes something. 1, or 0 for another commit. */
static int patch_id(
	struct oid *oid, const struct combine *combine, const git_oid *id, struct err *err)
{
	auto_git(commit) git_commit *commit = NULL;
	auto_git(commit) git_commit *parent = NULL;
	auto_git(tree) git_tree *before = NULL;
	auto_git(tree) git_tree *after = NULL;
	auto_git(diff) git_diff *diff = NULL;
	git_oid patch;

	if (git_commit_lookup(&commit, combine->repository, id) < 0)
		return lib_error(err, "a commit cannot be read");
	if (git_commit_parentcount(commit) != 1)
		return 0;
	if (git_commit_parent(&parent, commit, 0) < 0 || git_commit_tree(&before, parent) < 0 ||
		git_commit_tree(&after, commit) < 0 ||
		git_diff_tree_to_tree(&diff, combine->repository, before, after, NULL) < 0)
		return lib_error(err, "the change of a commit cannot be read");
	if (git_diff_num_deltas(diff) == 0)
		return 0;
	if (digest(&patch, diff) < 0)
		return lib_error(err, "the change of a commit cannot be read");
	*oid = lib_oid_back(&patch);
	return 1;
}

static int begin(git_revwalk **walk, const struct combine *combine, const struct oid *from,
	const struct oid *without, struct err *err)
{
	git_oid push = lib_oid(from), hide = lib_oid(without);

	if (git_revwalk_new(walk, combine->repository) < 0 || git_revwalk_push(*walk, &push) < 0 ||
		git_revwalk_hide(*walk, &hide) < 0)
		return lib_error(err, "the history cannot be read");
	return 0;
}

static int add_theirs(struct oid_map *patches, const struct combine *combine, struct err *err)
{
	auto_git(revwalk) git_revwalk *walk = NULL;
	struct oid patch;
	git_oid id;
	int more;

	if (begin(&walk, combine, &combine->theirs, &combine->ours, err) < 0)
		return -1;
	while ((more = lib_walk_next(&id, walk, err)) > 0) {
		int found = patch_id(&patch, combine, &id, err);

		if (found < 0)
			return -1;
		if (found)
			oid_map_put(patches, &patch, 0);
	}
	return more;
}

static int find(struct oids *same, const struct combine *combine, const struct oid_map *patches,
	struct err *err)
{
	auto_git(revwalk) git_revwalk *walk = NULL;
	struct oid patch;
	size_t value;
	git_oid id;
	int more;

	if (begin(&walk, combine, &combine->ours, &combine->theirs, err) < 0)
		return -1;
	while ((more = lib_walk_next(&id, walk, err)) > 0) {
		int found = patch_id(&patch, combine, &id, err);
		struct oid oid = lib_oid_back(&id);

		if (found < 0)
			return -1;
		if (found && oid_map_get(patches, &patch, &value))
			oids_add(same, &oid);
	}
	return more;
}

int same_find(struct oids *same, const struct combine *combine, struct err *err)
{
	struct oid_map patches = { 0 };
	int status = add_theirs(&patches, combine, err);

	if (status == 0)
		status = find(same, combine, &patches, err);
	oid_map_release(&patches);
	return status;
}
