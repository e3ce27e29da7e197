/* SPDX-License-Identifier: Apache-2.0 */
/* note_tree: the tree of notes. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "git/lib.h"
#include "git/push/note_tree.h"

enum { DIGITS = 16, FANOUT_MAX = OID_HEX / 2 - 1 };

struct note {
	struct oid on, blob;
	size_t fanout; /* slashes in its name so far */
};

struct note_tree {
	struct note *notes;
	size_t count;
	git_index *index; /* of the new tree */
};

static void note_tree_release(struct note_tree *tree)
{
	free(tree->notes);
	git_index_free(tree->index);
}

static void add_note(struct note_tree *tree, const struct note *note)
{
	tree->notes = mem_resize(tree->notes, tree->count + 1, sizeof(*tree->notes));
	tree->notes[tree->count++] = *note;
}

/* "12/34/5678...": pairs of digits, then the rest, together an id. */
static bool is_note(struct span path, struct note *note)
{
	char digits[OID_HEX];
	size_t length = 0;

	*note = (struct note){ 0 };
	while (path.length > 2 && path.data[2] == '/' && length < OID_HEX - 2) {
		memcpy(digits + length, path.data, 2);
		length += 2;
		note->fanout++;
		path.data += 3;
		path.length -= 3;
	}
	if (path.length != OID_HEX - length)
		return false;
	memcpy(digits + length, path.data, path.length);
	return oid_parse((struct span){ digits, OID_HEX }, &note->on);
}

static int keep(struct note_tree *tree, const char *path, const git_oid *id, git_filemode_t mode)
{
	git_index_entry entry = { .path = path, .mode = mode, .id = *id };

	return git_index_add(tree->index, &entry);
}

static int on_entry(const char *folder, const git_tree_entry *entry, void *context)
{
	struct note_tree *tree = context;
	auto_free char *path = mem_format("%s%s", folder, git_tree_entry_name(entry));
	git_filemode_t mode = git_tree_entry_filemode(entry);
	struct note note;

	if (mode == GIT_FILEMODE_TREE)
		return 0;
	if (mode == GIT_FILEMODE_COMMIT || !is_note(span_of(path), &note))
		return keep(tree, path, git_tree_entry_id(entry), mode);
	note.blob = lib_oid_back(git_tree_entry_id(entry));
	add_note(tree, &note);
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct note *left = a, *right = b;

	return strcmp(left->on.hex, right->on.hex);
}

static int read_notes(struct note_tree *tree, git_repository *repository,
	const struct note_tree_change *change, struct err *err)
{
	auto_git(commit) git_commit *commit = NULL;
	auto_git(tree) git_tree *before = NULL;
	git_oid id = lib_oid(&change->before);

	if (git_index_new(&tree->index) < 0)
		return lib_error(err, "the notes cannot be read");
	if (!oid_is_set(&change->before))
		return 0;
	if (git_commit_lookup(&commit, repository, &id) < 0 ||
		git_commit_tree(&before, commit) < 0 ||
		git_tree_walk(before, GIT_TREEWALK_PRE, on_entry, tree) < 0)
		return lib_error(err, "the notes cannot be read");
	qsort(tree->notes, tree->count, sizeof(*tree->notes), compare);
	return 0;
}

/* 1, or 0 where it is there. */
static int set_note(struct note_tree *tree, const struct note_tree_change *change, struct err *err)
{
	const struct note new = { .on = change->on, .blob = change->note };
	struct note *old = tree->count
		? bsearch(&new, tree->notes, tree->count, sizeof(new), compare)
		: NULL;

	if (old && oid_equal(&old->blob, &new.blob))
		return 0;
	if (old && !change->replace)
		return err_set(err, ERR_CONFIG,
			"params.notes: %.7s has another note already, which only params.force "
			"replaces: nothing was pushed",
			change->on.hex);
	if (old) {
		old->blob = new.blob;
		return 1;
	}
	add_note(tree, &new);
	qsort(tree->notes, tree->count, sizeof(*tree->notes), compare);
	return 1;
}

/* How many of the notes, which are sorted, have the same first `length` digits as the first of them. */
static size_t group(const struct note *notes, size_t count, size_t length)
{
	size_t same = 1;

	while (same < count && memcmp(notes->on.hex, notes[same].on.hex, length) == 0)
		same++;
	return same;
}

/*
 * git's heuristic: where, at an even depth, each next digit has several notes, or a folder of them, one
 * more pair of digits becomes a folder's name.
 */
static size_t fanout_below(const struct note *notes, size_t count, size_t depth, size_t fanout)
{
	size_t groups = 0;

	if (depth % 2 || depth > 2 * fanout || fanout == FANOUT_MAX)
		return fanout;
	for (size_t i = 0, size; i < count; i += size, groups++) {
		size = group(notes + i, count - i, depth + 1);
		if (size == 1 && 2 * notes[i].fanout <= depth)
			return fanout;
	}
	return groups == DIGITS ? fanout + 1 : fanout;
}

static int place(struct note_tree *tree, const struct note *note, size_t fanout)
{
	char path[OID_HEX + FANOUT_MAX + 1];
	size_t length = 0, digits = 0;
	git_oid blob = lib_oid(&note->blob);

	for (; digits < 2 * fanout; digits++) {
		path[length++] = note->on.hex[digits];
		if (digits % 2)
			path[length++] = '/';
	}
	memcpy(path + length, note->on.hex + digits, OID_HEX + 1 - digits);
	return keep(tree, path, &blob, GIT_FILEMODE_BLOB);
}

/* Notes whose first `depth` digits are the same; a digit a call, so at most as deep as an id is long. */
static int place_all( // NOLINT(misc-no-recursion)
	struct note_tree *tree, const struct note *notes, size_t count, size_t depth, size_t fanout)
{
	fanout = fanout_below(notes, count, depth, fanout);
	for (size_t i = 0, size; i < count; i += size) {
		size = group(notes + i, count - i, depth + 1);
		if (size == 1 ? place(tree, notes + i, fanout) < 0
			      : place_all(tree, notes + i, size, depth + 1, fanout) < 0)
			return -1;
	}
	return 0;
}

static int write_tree(struct oid *oid, struct note_tree *tree, git_repository *repository,
	const struct note_tree_change *change, struct err *err)
{
	int status = read_notes(tree, repository, change, err);
	git_oid id;

	if (status == 0)
		status = set_note(tree, change, err);
	if (status <= 0)
		return status;
	if (place_all(tree, tree->notes, tree->count, 0, 0) < 0)
		return lib_error(err, "the notes cannot be written");
	if (lib_write_tree(&id, tree->index, repository, err) < 0)
		return err_wrap(err, "the notes");
	*oid = lib_oid_back(&id);
	return 1;
}

int note_tree_write(struct oid *tree, struct git_repository *repository,
	const struct note_tree_change *change, struct err *err)
{
	struct note_tree notes = { 0 };
	int status = write_tree(tree, &notes, repository, change, err);

	note_tree_release(&notes);
	return status;
}
