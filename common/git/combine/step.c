/* SPDX-License-Identifier: Apache-2.0 */
/* step: one new commit of a merge or of a rebase, by libgit2's primitives. */
#include <stdio.h>

#include "git/combine/step.h"
#include "git/combine/trees.h"

int step_commit(
	git_commit **commit, const struct combine *combine, const struct oid *oid, struct err *err)
{
	git_oid id = lib_oid(oid);

	if (git_commit_lookup(commit, combine->repository, &id) < 0)
		return lib_error(err, "%s: cannot be read", oid->hex);
	return 0;
}

/* The only base that two commits have, if there is one; 1 where there are more. */
static int find_base(git_commit **base, const struct combine *combine, const git_commit *ours,
	const git_commit *theirs, struct err *err)
{
	git_oidarray bases = { 0 };
	int status = git_merge_bases(
		&bases, combine->repository, git_commit_id(ours), git_commit_id(theirs));
	size_t count = bases.count;

	if (status == 0 && count == 1)
		status = git_commit_lookup(base, combine->repository, &bases.ids[0]);
	git_oidarray_dispose(&bases);
	if (status < 0 && status != GIT_ENOTFOUND)
		return lib_error(err, "the merge base cannot be found");
	return count > 1;
}

static int tree_of(git_tree **tree, const git_commit *commit, struct err *err)
{
	if (commit && git_commit_tree(tree, commit) < 0)
		return lib_error(err, "the tree of a commit cannot be read");
	return 0;
}

/* Of the commits' trees. */
static int merge_trees(git_tree **tree, const struct combine *combine,
	const git_commit *const commits[static 3], const char *what, struct err *err)
{
	auto_git(tree) git_tree *base = NULL;
	auto_git(tree) git_tree *ours = NULL;
	auto_git(tree) git_tree *theirs = NULL;

	if (tree_of(&base, commits[0], err) < 0 || tree_of(&ours, commits[1], err) < 0 ||
		tree_of(&theirs, commits[2], err) < 0)
		return -1;
	return trees_merge(tree, combine, &(struct trees){ base, ours, theirs }, what, err);
}

int step_merge(git_tree **tree, const struct combine *combine, const git_commit *ours,
	const git_commit *theirs, const char *what, struct err *err)
{
	auto_git(commit) git_commit *base = NULL;
	int several = find_base(&base, combine, ours, theirs, err);

	if (several)
		return several < 0 ? -1
				   : trees_merge_commits(tree, combine, ours, theirs, what, err);
	return merge_trees(
		tree, combine, (const git_commit *const[]){ base, ours, theirs }, what, err);
}

int step_pick(git_tree **tree, const struct combine *combine, git_commit *picked, git_commit *onto,
	struct err *err)
{
	auto_git(commit) git_commit *parent = NULL;
	struct oid oid = lib_oid_back(git_commit_id(picked));
	char what[sizeof("the rebase of ") + OID_HEX];

	(void)snprintf(what, sizeof(what), "the rebase of %.7s", oid.hex);
	if (git_commit_parent(&parent, picked, 0) < 0)
		return lib_error(err, "%s", what);
	return merge_trees(
		tree, combine, (const git_commit *const[]){ parent, onto, picked }, what, err);
}

int step_write(
	struct oid *oid, const struct combine *combine, const struct step *step, struct err *err)
{
	const git_commit *parents[2] = { step->parents[0], step->parents[1] };
	git_oid id;

	if (git_commit_create(&id, combine->repository, NULL, combine->committer,
		    combine->committer, NULL, step->message, step->tree, step->parent_count,
		    parents) < 0)
		return lib_error(err, "a commit cannot be written");
	*oid = lib_oid_back(&id);
	return 0;
}
