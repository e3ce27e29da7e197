/* SPDX-License-Identifier: Apache-2.0 */
/* folders: a side has renamed a folder to which the other side added files. */
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "git/combine/folders.h"

/* Cut the last name off; false where there is but one left. */
static bool cut(char *path)
{
	char *slash = strrchr(path, '/');

	if (slash)
		*slash = '\0';
	return slash != NULL;
}

/* 1 where it has a folder of that path, 0, or -1. */
static int has_folder(const git_tree *tree, const char *path, struct err *err)
{
	git_tree_entry *entry = NULL;
	int status = git_tree_entry_bypath(&entry, tree, path);
	bool found = status == 0 && git_tree_entry_type(entry) == GIT_OBJECT_TREE;

	git_tree_entry_free(entry);
	if (status < 0 && status != GIT_ENOTFOUND)
		return lib_error(err, "%s: cannot be read", path);
	return found;
}

/* At the folder of an added file. */
static int look(struct strings *gone, const git_tree *base, const git_tree *side, const char *added,
	struct err *err)
{
	auto_free char *folder = mem_copy_string(added);
	int before, after;

	if (!cut(folder) || strings_have(gone, folder))
		return 0;
	before = has_folder(base, folder, err);
	after = before > 0 ? has_folder(side, folder, err) : 0;
	if (before < 0 || after < 0)
		return -1;
	if (before && !after)
		strings_add(gone, span_of(folder));
	return 0;
}

int folders_find(struct strings *gone, const git_tree *base, const git_tree *side,
	const git_diff *other, struct err *err)
{
	for (size_t i = 0; i < git_diff_num_deltas(other); i++) {
		const git_diff_delta *delta = git_diff_get_delta(other, i);

		if (delta->status == GIT_DELTA_ADDED &&
			look(gone, base, side, delta->new_file.path, err) < 0)
			return -1;
	}
	return 0;
}

bool folders_hold(const struct strings *gone, const char *path)
{
	for (size_t i = 0; i < gone->count; i++) {
		size_t length = strlen(gone->items[i]);

		if (strncmp(path, gone->items[i], length) == 0 && path[length] == '/')
			return true;
	}
	return false;
}

/* What one renamed file tells: its folder was renamed, and those above it as long as the names that are left
 * behind are the same. */
static char *renamed_by(const struct strings *gone, const struct rename *rename)
{
	auto_free char *from = mem_copy_string(rename->from->path);
	auto_free char *to = mem_copy_string(rename->to->path);
	bool left = cut(from), right = cut(to);

	while (left) {
		bool same_name = right && strcmp(file_base_name(from), file_base_name(to)) == 0;

		if (strings_have(gone, from))
			return TAKE(from);
		if (!same_name)
			break;
		left = cut(from);
		right = cut(to);
	}
	return NULL;
}

char *folders_renamed(const struct strings *gone, const struct renames *renames)
{
	for (size_t i = 0; i < renames->count; i++) {
		char *folder = renamed_by(gone, &renames->items[i]);

		if (folder)
			return folder;
	}
	return NULL;
}
