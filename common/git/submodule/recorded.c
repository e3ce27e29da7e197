/* SPDX-License-Identifier: Apache-2.0 */
/* recorded: what a clone's commit says of its submodules. */
#include "base/limits.h"
#include "git/lib.h"
#include "git/submodule/recorded.h"

#define GITMODULES ".gitmodules"

static int parse(struct gitmodules *modules, git_repository *repository,
	const git_index_entry *file, struct err *err)
{
	auto_git(blob) git_blob *blob = NULL;
	struct span text;

	if (file->mode != GIT_FILEMODE_BLOB && file->mode != GIT_FILEMODE_BLOB_EXECUTABLE)
		return err_set(err, ERR_REMOTE, "is not a plain file");
	if (git_blob_lookup(&blob, repository, &file->id) < 0)
		return lib_error(err, "cannot be read");
	text = (struct span){ git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob) };
	if (text.length > LIMIT_GITMODULES)
		return err_set(err, ERR_REMOTE, "is larger than %d KiB", LIMIT_GITMODULES / KIB);
	return gitmodules_parse(modules, text, err);
}

/* What the tree has at its path. */
static void look_up(struct gitmodule *module, git_index *index)
{
	const git_index_entry *entry = module->path ? git_index_get_bypath(index, module->path, 0)
						    : NULL;

	if (!entry || entry->mode != GIT_FILEMODE_COMMIT)
		return;
	module->commit = lib_oid_back(&entry->id);
	module->left_out = (entry->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) != 0;
}

int recorded_read(struct gitmodules *modules, const struct clone *clone, struct err *err)
{
	auto_git(repository) git_repository *repository = NULL;
	auto_git(index) git_index *index = NULL;
	const git_index_entry *file;

	if (lib_open(&repository, clone->path, err) < 0)
		return -1;
	if (git_repository_index(&index, repository) < 0)
		return lib_error(err, "%s: its index cannot be read", clone->path);
	file = git_index_get_bypath(index, GITMODULES, 0);
	if (!file)
		return 0;
	if (parse(modules, repository, file, err) < 0)
		return err_wrap(err, GITMODULES);
	for (size_t i = 0; i < modules->count; i++)
		look_up(&modules->items[i], index);
	return 0;
}
