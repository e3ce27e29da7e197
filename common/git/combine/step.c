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

int step_base(git_oid *base, const struct combine *combine, struct err *err)
{
	git_oid ours = lib_oid(&combine->ours), theirs = lib_oid(&combine->theirs);
	int status = git_merge_base(base, combine->repository, &ours, &theirs);

	if (status == GIT_ENOTFOUND)
		return err_set(err, ERR_CONFIG,
			"HEAD and '%s' at %s have no common history that is known here: a get with "
			"more 'depth' may help",
			combine->branch, combine->address);
	return status < 0 ? lib_error(err, "the merge base cannot be found") : 0;
}

static int tree_of(git_tree **tree, const git_commit *commit, struct err *err)
{
	if (git_commit_tree(tree, commit) < 0)
		return lib_error(err, "the tree of a commit cannot be read");
	return 0;
}

/* Merge the commits' trees, from that base. */
static int merge_from(git_tree **tree, const struct combine *combine, git_tree *base,
	const git_commit *const sides[static 2], const char *what, struct err *err)
{
	auto_git(tree) git_tree *ours = NULL;
	auto_git(tree) git_tree *theirs = NULL;

	if (tree_of(&ours, sides[0], err) < 0 || tree_of(&theirs, sides[1], err) < 0)
		return -1;
	return trees_merge(tree, combine, &(struct trees){ base, ours, theirs }, what, err);
}

static int find_base(git_tree **base, const struct combine *combine,
	const git_commit *const sides[static 2], struct err *err);

/* One base of two, the older first as for git, by nobody's favour and without a look at folders. */
static int merge_bases(git_tree **merged, const struct combine *combine,
	git_commit *const bases[static 2], struct err *err)
{
	struct combine_strategy strategy = *combine->strategy;
	struct combine without = *combine;
	const git_commit *const sides[] = { bases[1], bases[0] };
	auto_git(tree) git_tree *base = NULL;
	struct err conflict = { 0 };
	int found;

	strategy.favour = FAVOUR_NONE;
	strategy.no_folders = true;
	without.strategy = &strategy;
	found = find_base(&base, &without, sides, err);
	if (found <= 0)
		return found;
	if (merge_from(merged, &without, base, sides, "", &conflict) == 0)
		return 1;
	return conflict.kind == ERR_CONFIG ? 0
					   : err_set(err, conflict.kind, "%s", conflict.message);
}

static int base_of(
	git_tree **base, const struct combine *combine, const git_oidarray *ids, struct err *err)
{
	git_commit *bases[2] = { NULL, NULL };
	int status = 0;

	if (ids->count > COUNT(bases))
		return 0;
	for (size_t i = 0; status == 0 && i < ids->count; i++)
		if (git_commit_lookup(&bases[i], combine->repository, &ids->ids[i]) < 0)
			status = lib_error(err, "the merge base cannot be read");
	if (status == 0 && ids->count < 2)
		status = tree_of(base, bases[0], err) < 0 ? -1 : 1;
	else if (status == 0)
		status = merge_bases(base, combine, bases, err);
	git_commit_free(bases[0]);
	git_commit_free(bases[1]);
	return status;
}

/* 1, and NULL where there is none; 0 where there are several that do not fit, or are more than two. */
static int find_base(git_tree **base, const struct combine *combine,
	const git_commit *const sides[static 2], struct err *err)
{
	git_oidarray ids = { 0 };
	int status = git_merge_bases(
		&ids, combine->repository, git_commit_id(sides[0]), git_commit_id(sides[1]));

	if (status == GIT_ENOTFOUND)
		status = 1;
	else if (status < 0)
		status = lib_error(err, "the merge base cannot be found");
	else
		status = base_of(base, combine, &ids, err);
	git_oidarray_dispose(&ids);
	return status;
}

int step_merge(git_tree **tree, const struct combine *combine, const git_commit *ours,
	const git_commit *theirs, const char *what, struct err *err)
{
	const git_commit *const sides[] = { ours, theirs };
	auto_git(tree) git_tree *base = NULL;
	int found = find_base(&base, combine, sides, err);

	if (found < 0)
		return -1;
	return found ? merge_from(tree, combine, base, sides, what, err)
		     : trees_merge_commits(tree, combine, ours, theirs, what, err);
}

int step_pick(git_tree **tree, const struct combine *combine, git_commit *picked, git_commit *onto,
	struct err *err)
{
	const git_commit *const sides[] = { onto, picked };
	auto_git(commit) git_commit *parent = NULL;
	auto_git(tree) git_tree *base = NULL;
	struct oid oid = lib_oid_back(git_commit_id(picked));
	char what[sizeof("the rebase of ") + OID_HEX];

	(void)snprintf(what, sizeof(what), "the rebase of %.7s", oid.hex);
	if (git_commit_parent(&parent, picked, 0) < 0)
		return lib_error(err, "%s", what);
	if (tree_of(&base, parent, err) < 0)
		return -1;
	return merge_from(tree, combine, base, sides, what, err);
}

int step_write(
	struct oid *oid, const struct combine *combine, const struct step *step, struct err *err)
{
	const git_commit *parents[2] = { step->parents[0], step->parents[1] };
	auto_git_buf git_buf text = GIT_BUF_INIT;
	git_oid id;

	if (git_commit_create_buffer(&text, combine->repository, combine->committer,
		    combine->committer, NULL, step->message, step->tree, step->parent_count,
		    parents) < 0)
		return lib_error(err, "a commit cannot be made");
	if (lib_write_commit(&id, combine->repository, (struct span){ text.ptr, text.size }, err) <
		0)
		return -1;
	*oid = lib_oid_back(&id);
	return 0;
}
