/* SPDX-License-Identifier: Apache-2.0 */
/* trees: three trees become one, path by path, by libgit2. */
#include <sys/stat.h>

#include "base/buf.h"
#include "base/stop.h"
#include "git/combine/moves.h"
#include "git/combine/trees.h"

enum { RENAME_LIMIT = 7000, CONFLICTS_SHOWN_MAX = 600 };

git_merge_file_options trees_file_options(const struct combine_strategy *strategy)
{
	static const uint32_t algorithms[] = {
		[ALGORITHM_HISTOGRAM] = LIB_MERGE_FILE_HISTOGRAM,
		[ALGORITHM_PATIENCE] = GIT_MERGE_FILE_DIFF_PATIENCE,
		[ALGORITHM_MINIMAL] = GIT_MERGE_FILE_DIFF_MINIMAL,
		[ALGORITHM_MYERS] = 0,
	};
	git_merge_file_options options = GIT_MERGE_FILE_OPTIONS_INIT;

	if (strategy->favour != FAVOUR_NONE)
		options.favor = strategy->favour == FAVOUR_OURS ? GIT_MERGE_FILE_FAVOR_OURS
								: GIT_MERGE_FILE_FAVOR_THEIRS;
	options.flags = algorithms[strategy->algorithm] |
		(strategy->ignore_space_at_eol ? GIT_MERGE_FILE_IGNORE_WHITESPACE_EOL : 0U) |
		(strategy->ignore_all_space ? GIT_MERGE_FILE_IGNORE_WHITESPACE : 0U) |
		(strategy->ignore_space_change ? GIT_MERGE_FILE_IGNORE_WHITESPACE_CHANGE : 0U);
	return options;
}

/* merge.renameLimit is that of git. */
static git_merge_options options_of(const struct combine_strategy *strategy, bool renames)
{
	const git_merge_file_options file = trees_file_options(strategy);
	git_merge_options options = GIT_MERGE_OPTIONS_INIT;

	options.flags = renames ? GIT_MERGE_FIND_RENAMES : 0;
	options.target_limit = RENAME_LIMIT;
	options.file_favor = file.favor;
	options.file_flags = file.flags;
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
		"%s: both sides changed %s%s: combine them by hand and put the result", what,
		names.length ? names.data : "files", full ? ", ..." : "");
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

/* Whether ours has another mode for a file that theirs added. */
static bool is_added_otherwise(const git_tree *ours, const git_diff_file *added)
{
	auto_git(tree_entry) git_tree_entry *entry = NULL;
	uint32_t mode;

	if (!S_ISREG(added->mode) || git_tree_entry_bypath(&entry, ours, added->path) < 0)
		return false;
	mode = git_tree_entry_filemode(entry);
	return S_ISREG(mode) && mode != added->mode;
}

/* Where both added a file there is no mode that one of them changed, and nobody's favour is about modes. libgit2
 * would choose one. */
static int check_modes(
	const struct combine *combine, const struct trees *trees, const char *what, struct err *err)
{
	auto_git(diff) git_diff *diff = NULL;
	git_diff_options options = GIT_DIFF_OPTIONS_INIT;

	options.flags = GIT_DIFF_INCLUDE_TYPECHANGE;
	if (git_diff_tree_to_tree(
		    &diff, combine->repository, trees->base, trees->theirs, &options) < 0)
		return lib_error(err, "%s: what changed cannot be read", what);
	for (size_t i = 0; i < git_diff_num_deltas(diff); i++) {
		const git_diff_delta *delta = git_diff_get_delta(diff, i);

		if (delta->status != GIT_DELTA_ADDED ||
			!is_added_otherwise(trees->ours, &delta->new_file))
			continue;
		return err_set(err, ERR_CONFIG,
			"%s: both sides changed '%s', which is executable for one of them: combine them by "
			"hand and put the result",
			what, delta->new_file.path);
	}
	return stop_check(err);
}

static int merge(git_tree **tree, const struct combine *combine, const struct trees *trees,
	const char *what, struct err *err)
{
	auto_git(index) git_index *index = NULL;
	git_merge_options options = options_of(combine->strategy, false);

	if (check_modes(combine, trees, what, err) < 0)
		return -1;
	if (git_merge_trees(&index, combine->repository, trees->base, trees->ours, trees->theirs,
		    &options) < 0)
		return lib_error(err, "%s", what);
	return tree_of(tree, combine, index, what, err);
}

int trees_merge(git_tree **tree, const struct combine *combine, const struct trees *trees,
	const char *what, struct err *err)
{
	struct trees moved = { 0 };
	int status;

	if (!trees->base || combine->strategy->no_renames)
		return merge(tree, combine, trees, what, err);
	status = moves_apply(&moved, combine, trees, what, err);
	if (status == 0)
		status = merge(tree, combine, &moved, what, err);
	git_tree_free(moved.base);
	git_tree_free(moved.ours);
	git_tree_free(moved.theirs);
	return status;
}

int trees_merge_commits(git_tree **tree, const struct combine *combine, const git_commit *ours,
	const git_commit *theirs, const char *what, struct err *err)
{
	auto_git(index) git_index *index = NULL;
	git_merge_options options = options_of(combine->strategy, !combine->strategy->no_renames);

	if (git_merge_commits(&index, combine->repository, ours, theirs, &options) < 0)
		return lib_error(err, "%s", what);
	return tree_of(tree, combine, index, what, err);
}
