/* SPDX-License-Identifier: Apache-2.0 */
/* moves: renames, one by one, as merge-ort's process_renames() takes them. */
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "git/combine/folders.h"
#include "git/combine/moves.h"
#include "git/combine/renames.h"

enum { BASE, OURS, THEIRS, STAGES };

struct moves {
	const struct combine *combine;
	const char *what;
	const struct trees *trees;
	git_diff *changes[STAGES]; /* of a side since the base */
	struct renames renames[STAGES];
	git_index *files[STAGES]; /* of the trees, once one moves */
};

static int other_side(int side)
{
	return side == OURS ? THEIRS : OURS;
}

static int conflict(const struct moves *moves, const char *path, const char *to, struct err *err)
{
	return err_set(err, ERR_CONFIG,
		"%s: both sides changed '%s', '%s': combine them by hand and put the result",
		moves->what, path, to);
}

static int failed(const struct moves *moves, struct err *err)
{
	return lib_error(err, "%s: a renamed file cannot be followed", moves->what);
}

static const struct rename *renamed(const struct renames *renames, const char *from)
{
	for (size_t i = 0; i < renames->count; i++)
		if (strcmp(renames->items[i].from->path, from) == 0)
			return &renames->items[i];
	return NULL;
}

static bool exists(git_index *files, const char *path, git_index_entry *file)
{
	const git_index_entry *found = git_index_get_bypath(files, path, 0);

	if (found)
		*file = *found;
	return found != NULL;
}

/* Whether a folder has that name, or a file the name of a folder of the path. */
static bool is_in_the_way(git_index *files, const char *path)
{
	auto_free char *folder = mem_format("%s/", path);

	if (git_index_find_prefix(NULL, files, folder) == 0)
		return true;
	folder[strlen(path)] = '\0';
	for (char *slash = strrchr(folder, '/'); slash; slash = strrchr(folder, '/')) {
		*slash = '\0';
		if (git_index_get_bypath(files, folder, 0))
			return true;
	}
	return false;
}

static int put(struct moves *moves, int stage, const char *path, const git_index_entry *file,
	struct err *err)
{
	const git_index_entry entry = { .path = path, .id = file->id, .mode = file->mode };

	if (is_in_the_way(moves->files[stage], path))
		return err_set(err, ERR_CONFIG,
			"%s: both sides changed '%s', which is a file for one and in a folder for "
			"the other: combine them by hand and put the result",
			moves->what, path);
	return git_index_add(moves->files[stage], &entry) < 0 ? failed(moves, err) : 0;
}

/* The file gets its new name; `file` is what it holds. */
static int move(struct moves *moves, int stage, const struct rename *rename,
	const git_index_entry *file, struct err *err)
{
	if (git_index_remove(moves->files[stage], rename->from->path, 0) < 0)
		return failed(moves, err);
	return put(moves, stage, rename->to->path, file, err);
}

/* The content of a file of three trees; 0 where it cannot be told. */
static int merge_text(git_index_entry *merged, const struct moves *moves,
	const git_index_entry stages[static STAGES], struct err *err)
{
	const git_merge_file_options options = trees_file_options(moves->combine->strategy);
	git_merge_file_result result = { 0 };
	int status;

	for (int stage = BASE; stage < STAGES; stage++)
		if (!S_ISREG(stages[stage].mode))
			return 0;
	if (git_merge_file_from_index(&result, moves->combine->repository, &stages[BASE],
		    &stages[OURS], &stages[THEIRS], &options) < 0)
		return failed(moves, err);
	status = result.automergeable ? 1 : 0;
	if (status &&
		git_blob_create_from_buffer(
			&merged->id, moves->combine->repository, result.ptr, result.len) < 0)
		status = failed(moves, err);
	git_merge_file_result_free(&result);
	return status;
}

static int merge_file(git_index_entry *merged, const struct moves *moves,
	const git_index_entry stages[static STAGES], struct err *err)
{
	const git_index_entry *base = &stages[BASE];
	const git_index_entry *ours = &stages[OURS], *theirs = &stages[THEIRS];

	*merged = *ours;
	if (ours->mode == base->mode)
		merged->mode = theirs->mode;
	if (git_oid_equal(&ours->id, &theirs->id) || git_oid_equal(&theirs->id, &base->id))
		return 1;
	if (!git_oid_equal(&ours->id, &base->id))
		return merge_text(merged, moves, stages, err);
	merged->id = theirs->id;
	return 1;
}

/* The other side has another file of the new name: what is renamed is merged first, and then both are. */
static int collide(struct moves *moves, int side, const struct rename *rename,
	git_index_entry stages[static STAGES], struct err *err)
{
	const char *from = rename->from->path, *to = rename->to->path;
	git_index_entry merged;
	int status;

	if (!exists(moves->files[side], to, &stages[side]))
		return conflict(moves, from, to, err);
	status = merge_file(&merged, moves, stages, err);
	if (status <= 0)
		return status < 0 ? -1 : conflict(moves, from, to, err);
	if (put(moves, side, to, &merged, err) < 0)
		return -1;
	if (git_index_remove(moves->files[BASE], from, 0) < 0 ||
		git_index_remove(moves->files[other_side(side)], from, 0) < 0)
		return failed(moves, err);
	return 0;
}

static int follow(struct moves *moves, int side, const struct rename *rename, struct err *err)
{
	int other = other_side(side);
	const char *from = rename->from->path, *to = rename->to->path;
	const struct rename *twin = renamed(&moves->renames[other], from);
	git_index_entry stages[STAGES], there;
	bool collides = exists(moves->files[other], to, &there), retyped;

	if (!exists(moves->files[BASE], from, &stages[BASE]))
		return 0; /* with the other side's */
	if (twin)
		return strcmp(twin->to->path, to) == 0
			? move(moves, BASE, rename, &stages[BASE], err)
			: conflict(moves, to, twin->to->path, err);
	if (!exists(moves->files[other], from, &stages[other]))
		return conflict(moves, from, to, err);
	retyped = S_ISREG(stages[other].mode) != S_ISREG(rename->to->mode);
	if (collides && !retyped)
		return collide(moves, side, rename, stages, err);
	if (retyped && !collides)
		return conflict(moves, from, to, err);
	if (move(moves, BASE, rename, &stages[BASE], err) < 0)
		return -1;
	/* where the other side put a link in its place, its own file of the new name is the renamed one */
	return retyped ? 0 : move(moves, other, rename, &stages[other], err);
}

/* Whether the other side has anything to do with it. */
static bool matters(const struct moves *moves, int side, const struct rename *rename)
{
	const git_diff *other = moves->changes[other_side(side)];

	return renames_change(other, rename->from->path) || renames_change(other, rename->to->path);
}

static int read_tree(
	git_index **files, const struct moves *moves, const git_tree *tree, struct err *err)
{
	if (*files)
		return 0;
	return git_index_new(files) < 0 || git_index_read_tree(*files, tree) < 0
		? failed(moves, err)
		: 0;
}

static int follow_all(struct moves *moves, int side, struct err *err)
{
	for (size_t i = 0; i < moves->renames[side].count; i++) {
		const struct rename *rename = &moves->renames[side].items[i];

		if (!matters(moves, side, rename))
			continue;
		if (read_tree(&moves->files[BASE], moves, moves->trees->base, err) < 0 ||
			read_tree(&moves->files[OURS], moves, moves->trees->ours, err) < 0 ||
			read_tree(&moves->files[THEIRS], moves, moves->trees->theirs, err) < 0 ||
			follow(moves, side, rename, err) < 0)
			return -1;
	}
	return 0;
}

static int find_changes(
	git_diff **changes, const struct moves *moves, git_tree *side, struct err *err)
{
	git_diff_options options = GIT_DIFF_OPTIONS_INIT;

	options.flags = GIT_DIFF_INCLUDE_TYPECHANGE;
	if (git_diff_tree_to_tree(
		    changes, moves->combine->repository, moves->trees->base, side, &options) < 0)
		return lib_error(err, "%s: what changed cannot be read", moves->what);
	return 0;
}

static int find_side(struct moves *moves, int side, const git_tree *tree, struct err *err)
{
	git_diff **changes = moves->changes;
	auto_strings struct strings gone = { 0 };
	auto_free char *folder = NULL;

	if (!moves->combine->strategy->no_folders &&
		folders_find(&gone, moves->trees->base, tree, changes[other_side(side)], err) < 0)
		return -1;
	if (renames_find(&moves->renames[side], moves->combine->repository, changes[side],
		    changes[other_side(side)], &gone, err) < 0)
		return -1;
	folder = folders_renamed(&gone, &moves->renames[side]);
	if (!folder)
		return 0;
	return err_set(err, ERR_CONFIG,
		"%s: both sides changed '%s': one renamed that folder, the other added files to it: "
		"combine them by hand and put the result",
		moves->what, folder);
}

static int find(struct moves *moves, struct err *err)
{
	const struct trees *trees = moves->trees;

	if (find_changes(&moves->changes[OURS], moves, trees->ours, err) < 0 ||
		find_changes(&moves->changes[THEIRS], moves, trees->theirs, err) < 0 ||
		find_side(moves, OURS, trees->ours, err) < 0)
		return -1;
	return find_side(moves, THEIRS, trees->theirs, err);
}

static int write_tree(git_tree **after, const struct moves *moves, git_index *files,
	git_tree *before, struct err *err)
{
	git_repository *repository = moves->combine->repository;
	git_oid id = *git_tree_id(before);

	if (files && lib_write_tree(&id, files, repository, err) < 0)
		return -1;
	return git_tree_lookup(after, repository, &id) < 0 ? failed(moves, err) : 0;
}

static int apply(struct trees *after, struct moves *moves, struct err *err)
{
	const struct trees *before = moves->trees;

	if (find(moves, err) < 0 || follow_all(moves, OURS, err) < 0 ||
		follow_all(moves, THEIRS, err) < 0 ||
		write_tree(&after->base, moves, moves->files[BASE], before->base, err) < 0 ||
		write_tree(&after->ours, moves, moves->files[OURS], before->ours, err) < 0)
		return -1;
	return write_tree(&after->theirs, moves, moves->files[THEIRS], before->theirs, err);
}

int moves_apply(struct trees *after, const struct combine *combine, const struct trees *before,
	const char *what, struct err *err)
{
	struct moves moves = { .combine = combine, .what = what, .trees = before };
	int status = apply(after, &moves, err);

	for (int stage = BASE; stage < STAGES; stage++) {
		git_diff_free(moves.changes[stage]);
		renames_release(&moves.renames[stage]);
		git_index_free(moves.files[stage]);
	}
	return status;
}
