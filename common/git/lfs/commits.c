/* SPDX-License-Identifier: Apache-2.0 */
/* commits: the objects that commits need which one side has and the other has not. */
#include <string.h>
#include <sys/stat.h>

#include "base/stop.h"
#include "git/lfs/commits.h"
#include "git/lfs/files.h"
#include "git/lib.h"
#include "git/pack/lacking.h"

struct search {
	struct lfs_objects *objects;
	git_repository *repository;
	git_oid commit;
	struct err *err;
};

/* By the attributes of the commit, which need not be those of the working tree. */
static bool has_attribute(const struct search *search, const char *path)
{
	git_attr_options options = GIT_ATTR_OPTIONS_INIT;
	const char *value = NULL;

	options.flags = GIT_ATTR_CHECK_NO_SYSTEM | GIT_ATTR_CHECK_INCLUDE_COMMIT |
		GIT_ATTR_CHECK_INDEX_ONLY;
	options.attr_commit_id = search->commit;
	return git_attr_get_ext(&value, search->repository, &options, path, "filter") == 0 &&
		git_attr_value(value) == GIT_ATTR_VALUE_STRING && strcmp(value, "lfs") == 0;
}

static int on_file(const git_diff_delta *delta, float progress, void *context)
{
	struct search *search = context;
	const git_diff_file *file = &delta->new_file;
	struct oid blob = lib_oid_back(&file->id);
	struct lfs_pointer pointer;
	enum lfs_kind kind;

	(void)progress;
	if (stop_requested())
		return GIT_EUSER;
	if (delta->status == GIT_DELTA_DELETED || !S_ISREG(file->mode))
		return 0;
	kind = lfs_blob_read(&pointer, search->repository, &blob);
	if (kind == LFS_NONE || !has_attribute(search, file->path))
		return 0;
	if (kind == LFS_EXTENDED) {
		(void)lfs_extended(file->path, search->err);
		return GIT_EUSER;
	}
	if (pointer.size)
		lfs_objects_add(search->objects, &pointer, file->path);
	return 0;
}

/* What a merge brings in from its other parents came with their commits, or is there. */
static int search_commit(struct search *search, git_commit *commit, struct err *err)
{
	git_diff_options options = GIT_DIFF_OPTIONS_INIT;
	auto_git(commit) git_commit *parent = NULL;
	auto_git(tree) git_tree *before = NULL, *after = NULL;
	auto_git(diff) git_diff *diff = NULL;
	int status;

	options.flags = GIT_DIFF_SKIP_BINARY_CHECK;
	/* where the history is cut, there is no parent, and all of the tree is looked at */
	if (git_commit_parentcount(commit) && git_commit_parent(&parent, commit, 0) == 0 &&
		git_commit_tree(&before, parent) < 0)
		return lib_error(err, "a commit cannot be read");
	if (git_commit_tree(&after, commit) < 0 ||
		git_diff_tree_to_tree(&diff, search->repository, before, after, &options) < 0)
		return lib_error(err, "a commit cannot be read");
	status = git_diff_foreach(diff, on_file, NULL, NULL, NULL, search);
	if (status < 0 && err->kind == ERR_NONE)
		return lib_error(err, "a commit cannot be read");
	return status < 0 ? -1 : 0;
}

/* Tags and commits; what is not here, or leads to no commit, is passed over. */
static bool peel(git_oid *commit, git_repository *repository, const struct oid *oid)
{
	auto_git(object) git_object *object = NULL, *peeled = NULL;
	git_oid id = lib_oid(oid);

	if (git_object_lookup(&object, repository, &id, GIT_OBJECT_ANY) < 0 ||
		git_object_peel(&peeled, object, GIT_OBJECT_COMMIT) < 0)
		return false;
	*commit = *git_object_id(peeled);
	return true;
}

int lfs_commits_find(struct lfs_objects *objects, const struct lfs_push *push, struct err *err)
{
	struct err found = { 0 };
	struct search search = {
		.objects = objects,
		.repository = push->repository,
		.err = &found,
	};
	auto_lacking struct lacking lacking = { 0 };

	if (lacking_find(&lacking, push->repository, push->wants, push->haves, err) < 0)
		return -1;
	for (size_t i = 0; i < lacking.commits.count; i++) {
		auto_git(commit) git_commit *commit = NULL;

		search.commit = lib_oid(&lacking.commits.items[i]);
		if (git_commit_lookup(&commit, push->repository, &search.commit) < 0)
			return lib_error(err, "the history cannot be read");
		if (search_commit(&search, commit, &found) < 0) {
			*err = found;
			return -1;
		}
	}
	return lfs_objects_unite(objects, err);
}

int lfs_commits_config(struct buf *text, const struct lfs_push *push, struct err *err)
{
	auto_git(commit) git_commit *commit = NULL;
	auto_git(tree) git_tree *tree = NULL;
	auto_git(blob) git_blob *blob = NULL;
	const git_tree_entry *entry;
	git_oid id;

	if (!peel(&id, push->repository, &push->wants->items[0]))
		return 0;
	if (git_commit_lookup(&commit, push->repository, &id) < 0 ||
		git_commit_tree(&tree, commit) < 0)
		return lib_error(err, "the commit %s cannot be read", push->wants->items[0].hex);
	entry = git_tree_entry_byname(tree, ".lfsconfig");
	if (!entry || !S_ISREG(git_tree_entry_filemode(entry)))
		return 0;
	if (git_blob_lookup(&blob, push->repository, git_tree_entry_id(entry)) < 0)
		return lib_error(err, ".lfsconfig: cannot be read");
	if (buf_add(text, git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob)) < 0)
		return err_set(err, ERR_CONFIG, ".lfsconfig: is larger than %zu bytes", text->max);
	return 0;
}
