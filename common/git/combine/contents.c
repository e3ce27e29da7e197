/* SPDX-License-Identifier: Apache-2.0 */
/* contents: what a clone without contents of files lacks of those that a merge or a rebase compares. */
#include "base/log.h"
#include "git/combine/combine.h"
#include "git/combine/receive.h"
#include "git/lib.h"
#include "git/oid_map.h"

struct contents {
	const struct combine *combine;
	git_odb *odb;
	struct oid_map seen;
	struct oids wants;
};

static void add(struct contents *contents, const git_diff_file *file)
{
	struct oid oid = lib_oid_back(&file->id);
	size_t value;

	if (!oid_is_set(&oid) || file->mode == GIT_FILEMODE_COMMIT ||
		oid_map_get(&contents->seen, &oid, &value) || lib_have(contents->odb, &oid))
		return;
	oid_map_put(&contents->seen, &oid, 0);
	oids_add(&contents->wants, &oid);
}

/* Both sides of what a commit changed since one of its parents. */
static int add_change(
	struct contents *contents, git_commit *commit, unsigned int number, struct err *err)
{
	auto_git(commit) git_commit *parent = NULL;
	auto_git(tree) git_tree *before = NULL;
	auto_git(tree) git_tree *after = NULL;
	auto_git(diff) git_diff *diff = NULL;

	if (git_commit_parent(&parent, commit, number) < 0 ||
		git_commit_tree(&before, parent) < 0 || git_commit_tree(&after, commit) < 0 ||
		git_diff_tree_to_tree(&diff, contents->combine->repository, before, after, NULL) <
			0)
		return lib_error(err, "the change of a commit cannot be read");
	for (size_t i = 0; i < git_diff_num_deltas(diff); i++) {
		add(contents, &git_diff_get_delta(diff, i)->old_file);
		add(contents, &git_diff_get_delta(diff, i)->new_file);
	}
	return 0;
}

/* What changed on the way to `tip` from what both have: all states that a file had there. */
static int add_side(struct contents *contents, const struct oid *tip, const struct oid *without,
	struct err *err)
{
	auto_git(revwalk) git_revwalk *walk = NULL;
	git_oid push = lib_oid(tip), hide = lib_oid(without), id;
	int more;

	if (git_revwalk_new(&walk, contents->combine->repository) < 0 ||
		git_revwalk_push(walk, &push) < 0 || git_revwalk_hide(walk, &hide) < 0)
		return lib_error(err, "the history cannot be read");
	while ((more = lib_walk_next(&id, walk, err)) > 0) {
		auto_git(commit) git_commit *commit = NULL;

		if (git_commit_lookup(&commit, contents->combine->repository, &id) < 0)
			return lib_error(err, "a commit cannot be read");
		for (unsigned int i = 0; i < git_commit_parentcount(commit); i++)
			if (add_change(contents, commit, i, err) < 0)
				return -1;
	}
	return more;
}

static int find(struct contents *contents, struct err *err)
{
	const struct combine *combine = contents->combine;

	if (git_repository_odb(&contents->odb, combine->repository) < 0)
		return lib_error(err, "the objects cannot be read");
	if (add_side(contents, &combine->ours, &combine->theirs, err) < 0)
		return -1;
	return add_side(contents, &combine->theirs, &combine->ours, err);
}

static int fetch(const struct contents *contents, struct remote *remote, struct err *err)
{
	const char *head = "HEAD";
	const struct refs_query query = { &head, 1, .peel = false };
	auto_refs struct refs refs = { 0 };

	if (!contents->wants.count)
		return 0;
	log_info("fetching the contents of %zu files of %s", contents->wants.count,
		contents->combine->address);
	if (remote_refs(remote, &query, &refs, err) < 0)
		return -1;
	for (size_t i = 0; i < contents->wants.count; i += FETCH_WANTS_MAX) {
		const struct oids wants = oids_slice(&contents->wants, i, FETCH_WANTS_MAX);
		const struct fetch_request request = {
			.wants = &wants,
			.done = true,
			.progress = true,
		};

		if (combine_receive(contents->combine->repository, remote, &request, err) < 0)
			return -1;
	}
	return 1;
}

static bool is_partial(git_repository *repository)
{
	auto_git(config) git_config *config = NULL;
	int promisor = 0;

	return git_repository_config_snapshot(&config, repository) == 0 &&
		git_config_get_bool(&promisor, config, "remote.origin.promisor") == 0 && promisor;
}

int combine_fetch_contents(const struct combine *combine, struct remote *remote, struct err *err)
{
	struct contents contents = { .combine = combine };
	int status;

	if (!is_partial(combine->repository))
		return 0;
	status = find(&contents, err);
	if (status == 0)
		status = fetch(&contents, remote, err);
	git_odb_free(contents.odb);
	oid_map_release(&contents.seen);
	oids_release(&contents.wants);
	return status;
}
