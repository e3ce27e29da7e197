/* SPDX-License-Identifier: Apache-2.0 */
/* get: the objects that a working tree needs. */
#include "base/limits.h"
#include "base/mem.h"
#include "git/lfs/files.h"
#include "git/lfs/get.h"
#include "git/lfs/local.h"
#include "git/lfs/transfer.h"
#include "git/lib.h"

/* Those that an earlier run has brought already are looked at, and left out. */
static int drop_those_there(
	struct lfs_objects *objects, const struct lfs_store *store, struct err *err)
{
	size_t kept = 0;

	for (size_t i = 0; i < objects->count; i++) {
		struct lfs_object object = objects->items[i];
		int there = lfs_store_check(store, &object.pointer, err);

		if (there < 0)
			return -1;
		objects->items[i] = objects->items[kept];
		objects->items[kept] = object;
		kept += there ? 0 : 1;
	}
	while (objects->count > kept)
		free(TAKE(objects->items[--objects->count].path));
	return 0;
}

static int copy_from(const char *folder, const struct lfs_store *store,
	const struct lfs_objects *objects, struct err *err)
{
	struct lfs_store from = { -1 };
	int status = lfs_local_open(&from, folder, false, err);

	if (status == 0)
		status = lfs_local_copy(&from, store, objects, err);
	lfs_store_close(&from);
	return status;
}

static int download(const struct lfs_objects *objects, const struct lfs_store *store,
	const struct lfs_files *files, const struct lfs_config *config, struct remote *remote,
	struct err *err)
{
	struct access *access = remote_access(remote);
	const struct place place = remote_place(remote, false);
	auto_lfs_endpoint struct lfs_endpoint endpoint = { 0 };
	auto_lfs_server struct lfs_server server = { 0 };

	if (!objects->count)
		return 0;
	if (lfs_endpoint_find(&endpoint, config, &place, LFS_DOWNLOAD, err) < 0)
		return -1;
	if (endpoint.folder)
		return copy_from(endpoint.folder, store, objects, err);
	if (lfs_server_open(&server, access, &endpoint, LFS_DOWNLOAD, files->ref, err) < 0)
		return -1;
	return lfs_transfer(&lfs_download_way, &server, store, objects, err);
}

static int get(
	struct lfs *lfs, const struct lfs_files *files, struct remote *remote, struct err *err)
{
	auto_lfs_objects struct lfs_objects objects = { 0 };
	auto_lfs_config struct lfs_config config = { 0 };
	auto_buf struct buf text = BUF(LIMIT_LFS_CONFIG);

	if (lfs_files_config(&text, files, err) < 0 ||
		lfs_config_read(&config, files->git_config, buf_span(&text), err) < 0 ||
		lfs_files_find(&objects, files, &config, err) < 0)
		return -1;
	if (!objects.count)
		return 0;
	if (lfs_store_open(&lfs->store, git_repository_commondir(files->repository), true, err) <
			0 ||
		drop_those_there(&objects, &lfs->store, err) < 0)
		return -1;
	return download(&objects, &lfs->store, files, &config, remote, err);
}

int lfs_get(struct lfs **lfs, const struct lfs_files *files, struct remote *remote, struct err *err)
{
	struct lfs *got;
	bool have;

	*lfs = NULL;
	if (lfs_files_have_attribute(&have, files, err) < 0)
		return -1;
	if (!have)
		return 0;
	got = mem_alloc(sizeof(*got));
	got->store.fd = -1;
	if (get(got, files, remote, err) < 0) {
		lfs_free(got);
		return -1;
	}
	*lfs = got;
	return 0;
}

void lfs_free(struct lfs *lfs)
{
	if (!lfs)
		return;
	lfs_store_close(&lfs->store);
	free(lfs);
}

int lfs_configure(const char *git, struct err *err)
{
	static const struct {
		const char *name, *value;
	} settings[] = {
		{ "lfs.repositoryformatversion", "0" },
		{ "filter.lfs.clean", "git-lfs clean -- %f" },
		{ "filter.lfs.smudge", "git-lfs smudge -- %f" },
		{ "filter.lfs.process", "git-lfs filter-process" },
		{ "filter.lfs.required", "true" },
	};
	auto_free char *file = mem_format("%s/config", git);
	auto_git(config) git_config *config = NULL;

	if (git_config_open_ondisk(&config, file) < 0)
		return lib_error(err, "%s: cannot be read", file);
	for (size_t i = 0; i < COUNT(settings); i++)
		if (git_config_set_string(config, settings[i].name, settings[i].value) < 0)
			return lib_error(err, "%s: %s cannot be set", file, settings[i].name);
	return 0;
}
