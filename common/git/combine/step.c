/* SPDX-License-Identifier: Apache-2.0 */
/* step: one new commit of a merge or of a rebase, by libgit2's primitives. */
#include "base/buf.h"
#include "git/combine/step.h"

enum { RENAME_LIMIT = 7000, CONFLICTS_SHOWN_MAX = 600 };

/* merge.renameLimit is that of git. */
static git_merge_options options_of(const struct combine_strategy *strategy)
{
	git_merge_options options = GIT_MERGE_OPTIONS_INIT;

	options.flags = strategy->no_renames ? 0 : GIT_MERGE_FIND_RENAMES;
	options.target_limit = RENAME_LIMIT;
	if (strategy->favour != FAVOUR_NONE)
		options.file_favor = strategy->favour == FAVOUR_OURS ? GIT_MERGE_FILE_FAVOR_OURS
								     : GIT_MERGE_FILE_FAVOR_THEIRS;
	options.file_flags = (strategy->patience ? GIT_MERGE_FILE_DIFF_PATIENCE : 0U) |
		(strategy->ignore_all_space ? GIT_MERGE_FILE_IGNORE_WHITESPACE : 0U) |
		(strategy->ignore_space_change ? GIT_MERGE_FILE_IGNORE_WHITESPACE_CHANGE : 0U);
	return options;
}

static int conflict(git_index *index, const char *what, struct err *err)
{
	auto_git(index_conflict_iterator) git_index_conflict_iterator *iterator = NULL;
	auto_buf struct buf names = BUF(CONFLICTS_SHOWN_MAX);
	const git_index_entry *base, *ours, *theirs;
	int full = 0;

	if (git_index_conflict_iterator_new(&iterator, index) < 0)
		return lib_error(err, "%s: the conflicts cannot be read", what);
	while (!full && git_index_conflict_next(&base, &ours, &theirs, iterator) == 0) {
		const git_index_entry *any = ours ? ours : theirs ? theirs : base;

		full = buf_format(&names, "%s'%s'", names.length ? ", " : "", any->path);
	}
	return err_set(err, ERR_CONFIG,
		"%s: both sides changed %.*s%s: combine them by hand and put the result", what,
		SPAN_FORMAT(buf_span(&names)), full ? ", ..." : "");
}

static int tree_of(git_tree **tree, const struct combine *combine, git_index *index,
	const char *what, struct err *err)
{
	git_oid id;

	if (git_index_has_conflicts(index))
		return conflict(index, what, err);
	if (lib_write_tree(&id, index, combine->repository, err) < 0)
		return err_wrap(err, "%s", what);
	if (git_tree_lookup(tree, combine->repository, &id) < 0)
		return lib_error(err, "%s: its tree cannot be read", what);
	return 0;
}

int step_commit(
	git_commit **commit, const struct combine *combine, const struct oid *oid, struct err *err)
{
	git_oid id = lib_oid(oid);

	if (git_commit_lookup(commit, combine->repository, &id) < 0)
		return lib_error(err, "%s: cannot be read", oid->hex);
	return 0;
}

int step_merge(git_tree **tree, const struct combine *combine, const git_commit *ours,
	const git_commit *theirs, const char *what, struct err *err)
{
	auto_git(index) git_index *index = NULL;
	git_merge_options options = options_of(combine->strategy);

	if (git_merge_commits(&index, combine->repository, ours, theirs, &options) < 0)
		return lib_error(err, "%s", what);
	return tree_of(tree, combine, index, what, err);
}

int step_pick(git_tree **tree, const struct combine *combine, git_commit *picked, git_commit *onto,
	struct err *err)
{
	auto_git(index) git_index *index = NULL;
	git_merge_options options = options_of(combine->strategy);
	struct oid oid = lib_oid_back(git_commit_id(picked));
	char what[sizeof("the rebase of ") + OID_HEX];

	(void)snprintf(what, sizeof(what), "the rebase of %.7s", oid.hex);
	if (git_cherrypick_commit(&index, combine->repository, picked, onto, 0, &options) < 0)
		return lib_error(err, "%s", what);
	return tree_of(tree, combine, index, what, err);
}

int step_write(
	struct oid *oid, const struct combine *combine, const struct step *step, struct err *err)
{
	const git_commit *parents[2] = { step->parents[0], step->parents[1] };
	git_oid id;

	if (git_commit_create(&id, combine->repository, NULL, combine->committer,
		    combine->committer, NULL, step->message, step->tree, step->parent_count, parents) < 0)
		return lib_error(err, "a commit cannot be written");
	*oid = lib_oid_back(&id);
	return 0;
}
