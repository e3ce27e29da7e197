/* SPDX-License-Identifier: Apache-2.0 */
/* files: the objects that the files of an index need. */
#include <string.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "base/stop.h"
#include "git/lfs/files.h"
#include "git/lib.h"
#include "git/match/sparse.h"

static int add_blob(
	struct buf *text, git_repository *repository, const git_oid *id, struct err *err)
{
	auto_git(blob) git_blob *blob = NULL;

	if (git_blob_lookup(&blob, repository, id) < 0)
		return lib_error(err, "a file cannot be read");
	if (buf_add(text, git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob)) < 0)
		return err_set(err, ERR_CONFIG, "is larger than %zu bytes", text->max);
	return 0;
}

static bool holds(struct span text, const char *word)
{
	const char first[] = { *word, '\0' };
	struct span before;

	for (; span_take_until(&text, first, &before); text.data++, text.length--)
		if (span_starts(text, word))
			return true;
	return false;
}

static bool is_attributes(const char *path)
{
	return strcmp(path, ".gitattributes") == 0 || span_ends(span_of(path), "/.gitattributes");
}

int lfs_files_have_attribute(bool *have, const struct lfs_files *files, struct err *err)
{
	size_t count = git_index_entrycount(files->index);

	*have = false;
	for (size_t i = 0; i < count && !*have; i++) {
		const git_index_entry *entry = git_index_get_byindex(files->index, i);
		auto_git(blob) git_blob *blob = NULL;

		if (!is_attributes(entry->path) || !S_ISREG(entry->mode))
			continue;
		if (git_blob_lookup(&blob, files->repository, &entry->id) < 0)
			return lib_error(err, "%s: cannot be read", entry->path);
		*have = holds(
			(struct span){ git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob) },
			"filter=lfs");
	}
	return 0;
}

int lfs_files_config(struct buf *text, const struct lfs_files *files, struct err *err)
{
	const git_index_entry *entry = git_index_get_bypath(files->index, ".lfsconfig", 0);

	if (!entry || !S_ISREG(entry->mode))
		return 0;
	if (add_blob(text, files->repository, &entry->id, err) < 0)
		return err_wrap(err, ".lfsconfig");
	return 0;
}

enum lfs_kind lfs_blob_read(
	struct lfs_pointer *pointer, struct git_repository *repository, const struct oid *oid)
{
	auto_git(blob) git_blob *blob = NULL;
	auto_git(odb) git_odb *odb = NULL;
	git_oid id = lib_oid(oid);
	git_object_t type;
	size_t size;

	/* its size first: the content may be large */
	if (git_repository_odb(&odb, repository) < 0 ||
		git_odb_read_header(&size, &type, odb, &id) < 0 || type != GIT_OBJECT_BLOB ||
		size >= LFS_POINTER_MAX || git_blob_lookup(&blob, repository, &id) < 0)
		return LFS_NONE;
	return lfs_pointer_read(pointer,
		(struct span){ git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob) });
}

int lfs_extended(const char *path, struct err *err)
{
	return err_set(err, ERR_CONFIG,
		"%s: its Git LFS pointer has extensions, which are programs: these are not run",
		path);
}

struct chosen {
	struct sparse include, exclude;
};

static bool takes(const struct chosen *chosen, const char *path)
{
	return (!chosen->include.count || sparse_takes(&chosen->include, span_of(path))) &&
		!sparse_takes(&chosen->exclude, span_of(path));
}

static int add_file(struct lfs_objects *objects, const struct lfs_files *files,
	const git_index_entry *entry, struct err *err)
{
	git_attr_options options = GIT_ATTR_OPTIONS_INIT;
	struct oid oid = lib_oid_back(&entry->id);
	struct lfs_pointer pointer;
	const char *value = NULL;

	options.flags = GIT_ATTR_CHECK_INDEX_ONLY | GIT_ATTR_CHECK_NO_SYSTEM;
	if (git_attr_get_ext(&value, files->repository, &options, entry->path, "filter") < 0)
		return lib_error(err, "%s: its attributes cannot be read", entry->path);
	if (git_attr_value(value) != GIT_ATTR_VALUE_STRING || strcmp(value, "lfs") != 0)
		return 0;
	switch (lfs_blob_read(&pointer, files->repository, &oid)) {
	case LFS_POINTER:
		if (pointer.size)
			lfs_objects_add(objects, &pointer, entry->path);
		return 0;
	case LFS_EXTENDED:
		return lfs_extended(entry->path, err);
	case LFS_NONE:
	default:
		return 0;
	}
}

static int find(struct lfs_objects *objects, const struct lfs_files *files,
	const struct chosen *chosen, struct err *err)
{
	for (size_t i = 0; i < files->count; i++) {
		const char *path = files->paths[i];
		const git_index_entry *entry = git_index_get_bypath(files->index, path, 0);

		if (!entry || !S_ISREG(entry->mode) || !takes(chosen, path))
			continue;
		if (stop_check(err) < 0 || add_file(objects, files, entry, err) < 0)
			return -1;
	}
	return lfs_objects_unite(objects, err);
}

int lfs_files_find(struct lfs_objects *objects, const struct lfs_files *files,
	const struct lfs_config *config, struct err *err)
{
	auto_strings struct strings include = { 0 }, exclude = { 0 };
	struct chosen chosen;
	int status;

	lfs_config_list(&include, config, "lfs.fetchinclude");
	lfs_config_list(&exclude, config, "lfs.fetchexclude");
	sparse_init(&chosen.include, &include);
	sparse_init(&chosen.exclude, &exclude);
	status = find(objects, files, &chosen, err);
	sparse_release(&chosen.include);
	sparse_release(&chosen.exclude);
	return status;
}
