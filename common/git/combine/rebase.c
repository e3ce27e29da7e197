/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rebase: our commits anew on top of theirs, merges included, as git rebase --rebase-merges.
 *
 * As there, commits that fork from the merge base move onto theirs, those that fork elsewhere stay
 * where they are, what theirs has already is left out, and what need not change keeps its id.
 */
#include <string.h>

#include "base/log.h"
#include "base/stop.h"
#include "git/combine/same.h"
#include "git/combine/step.h"
#include "git/oid_map.h"

struct rebase {
	const struct combine *combine;
	struct oid base;
	struct oids same;    /* left out */
	struct oid_map made; /* a commit of ours: its place in `now` */
	struct oids now;     /* what it became */
};

static struct oid parent_of(const git_commit *commit, unsigned int number)
{
	return lib_oid_back(git_commit_parent_id(commit, number));
}

static struct oid moved(const struct rebase *rebase, const struct oid *oid)
{
	size_t place;

	if (oid_map_get(&rebase->made, oid, &place))
		return rebase->now.items[place];
	return oid_equal(oid, &rebase->base) ? rebase->combine->theirs : *oid;
}

static void set_moved(struct rebase *rebase, const struct oid *oid, const struct oid *now)
{
	oid_map_put(&rebase->made, oid, rebase->now.count);
	oids_add(&rebase->now, now);
}

/* Whether a commit that changed nothing anew changed something before: git leaves it out then. */
static bool became_empty(git_commit *commit, const git_commit *onto, const git_tree *tree)
{
	auto_git(commit) git_commit *parent = NULL;

	return git_oid_equal(git_tree_id(tree), git_commit_tree_id(onto)) &&
		(git_commit_parent(&parent, commit, 0) < 0 ||
			!git_oid_equal(git_commit_tree_id(parent), git_commit_tree_id(commit)));
}

static int pick(struct oid *now, struct rebase *rebase, git_commit *commit, struct err *err)
{
	const struct combine *combine = rebase->combine;
	struct oid before = parent_of(commit, 0), after = moved(rebase, &before);
	struct oid oid = lib_oid_back(git_commit_id(commit));
	auto_git(commit) git_commit *onto = NULL;
	auto_git(tree) git_tree *tree = NULL;
	struct step step = { .anew = commit };

	*now = after;
	if (oids_have(&rebase->same, &oid)) {
		log_warning("%.7s is left out: its change is there already", oid.hex);
		return 0;
	}
	if (oid_equal(&before, &after)) {
		*now = oid;
		return 0;
	}
	if (step_commit(&onto, combine, &after, err) < 0 ||
		step_pick(&tree, combine, commit, onto, err) < 0)
		return -1;
	if (became_empty(commit, onto, tree))
		return 0;
	step.tree = tree;
	step.parents[0] = onto;
	step.parent_count = 1;
	return step_write_anew(now, combine, &step, err);
}

/* Is `oid` in the history that ends in `tip`? */
static bool is_in(const struct combine *combine, const struct oid *tip, const struct oid *oid)
{
	git_oid below = lib_oid(oid), above = lib_oid(tip);

	return oid_equal(tip, oid) ||
		git_graph_descendant_of(combine->repository, &above, &below) == 1;
}

static int merge(struct oid *now, struct rebase *rebase, git_commit *commit, struct err *err)
{
	const struct combine *combine = rebase->combine;
	struct oid first = parent_of(commit, 0), second = parent_of(commit, 1);
	struct oid ours = moved(rebase, &first), theirs = moved(rebase, &second);
	struct oid oid = lib_oid_back(git_commit_id(commit));
	auto_git(commit) git_commit *left = NULL;
	auto_git(commit) git_commit *right = NULL;
	auto_git(tree) git_tree *tree = NULL;
	struct step step = { .anew = commit };
	char what[sizeof("the rebase of the merge ") + OID_HEX];

	*now = oid;
	if (oid_equal(&first, &ours) && oid_equal(&second, &theirs))
		return 0;
	*now = ours;
	if (is_in(combine, &ours, &theirs))
		return 0;
	(void)snprintf(what, sizeof(what), "the rebase of the merge %.7s", oid.hex);
	if (step_commit(&left, combine, &ours, err) < 0 ||
		step_commit(&right, combine, &theirs, err) < 0 ||
		step_merge(&tree, combine, left, right, what, err) < 0)
		return -1;
	step.tree = tree;
	step.parents[0] = left;
	step.parents[1] = right;
	step.parent_count = 2;
	return step_write_anew(now, combine, &step, err);
}

static int make_anew(struct rebase *rebase, const git_oid *id, struct err *err)
{
	struct oid oid = lib_oid_back(id), now;
	auto_git(commit) git_commit *commit = NULL;
	unsigned int parents;

	if (stop_check(err) < 0 || step_commit(&commit, rebase->combine, &oid, err) < 0)
		return -1;
	parents = git_commit_parentcount(commit);
	if (parents > 2)
		return err_set(err, ERR_CONFIG,
			"params.rebase: %.7s is a merge of more than two, which cannot be made "
			"anew: rebase it before the put",
			oid.hex);
	now = oid; /* one without a parent stays what it is */
	if ((parents == 1 && pick(&now, rebase, commit, err) < 0) ||
		(parents == 2 && merge(&now, rebase, commit, err) < 0))
		return -1;
	set_moved(rebase, &oid, &now);
	return 0;
}

static int run(struct rebase *rebase, struct err *err)
{
	const struct combine *combine = rebase->combine;
	auto_git(revwalk) git_revwalk *walk = NULL;
	git_oid ours = lib_oid(&combine->ours), theirs = lib_oid(&combine->theirs), id;
	int more;

	if (step_base(&id, combine, err) < 0)
		return -1;
	rebase->base = lib_oid_back(&id);
	if (same_find(&rebase->same, combine, err) < 0)
		return -1;
	if (git_revwalk_new(&walk, combine->repository) < 0 ||
		git_revwalk_sorting(walk, GIT_SORT_TOPOLOGICAL | GIT_SORT_REVERSE) < 0 ||
		git_revwalk_push(walk, &ours) < 0 || git_revwalk_hide(walk, &theirs) < 0)
		return lib_error(err, "the history cannot be read");
	while ((more = lib_walk_next(&id, walk, err)) > 0)
		if (make_anew(rebase, &id, err) < 0)
			return -1;
	return more;
}

int combine_rebase(struct oid *result, const struct combine *combine, struct err *err)
{
	struct rebase rebase = { .combine = combine };
	int status = run(&rebase, err);

	if (status == 0) {
		*result = moved(&rebase, &combine->ours);
		if (!oid_equal(result, &combine->ours))
			log_info("rebased %.7s onto %.7s of '%s': %.7s", combine->ours.hex,
				combine->theirs.hex, combine->branch, result->hex);
	}
	oids_release(&rebase.same);
	oids_release(&rebase.now);
	oid_map_release(&rebase.made);
	return status;
}
