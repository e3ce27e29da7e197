/* SPDX-License-Identifier: Apache-2.0 */
/* put: the objects that a push needs. */
#include "base/limits.h"
#include "git/lfs/commits.h"
#include "git/lfs/local.h"
#include "git/lfs/transfer.h"
#include "git/lib.h"

static int copy_to(const char *folder, const struct lfs_store *store,
	const struct lfs_objects *objects, struct err *err)
{
	struct lfs_store to = { -1 };
	int status = lfs_local_open(&to, folder, true, err);

	if (status == 0)
		status = lfs_local_copy(store, &to, objects, err);
	lfs_store_close(&to);
	return status;
}

static int upload(const struct lfs_objects *objects, const struct lfs_store *store,
	const struct lfs_push *push, const struct lfs_config *config, struct remote *remote,
	struct err *err)
{
	struct access *access = remote_access(remote);
	const struct place place = remote_place(remote, true);
	auto_lfs_endpoint struct lfs_endpoint endpoint = { 0 };
	auto_lfs_server struct lfs_server server = { 0 };

	if (lfs_endpoint_find(&endpoint, config, &place, LFS_UPLOAD, err) < 0)
		return -1;
	if (endpoint.folder)
		return copy_to(endpoint.folder, store, objects, err);
	if (lfs_server_open(&server, access, &endpoint, LFS_UPLOAD, push->ref, err) < 0)
		return -1;
	return lfs_transfer(&lfs_upload_way, &server, store, objects, err);
}

int lfs_put(const struct lfs_push *push, struct remote *remote, struct err *err)
{
	auto_lfs_objects struct lfs_objects objects = { 0 };
	auto_lfs_config struct lfs_config config = { 0 };
	auto_buf struct buf text = BUF(LIMIT_LFS_CONFIG);
	struct lfs_store store = { -1 };
	int status;

	if (lfs_commits_find(&objects, push, err) < 0)
		return -1;
	if (!objects.count)
		return 0;
	if (lfs_commits_config(&text, push, err) < 0 ||
		lfs_config_read(&config, &remote_access(remote)->source->git_config,
			buf_span(&text), err) < 0 ||
		lfs_store_open(&store, git_repository_commondir(push->repository), false, err) < 0)
		return -1;
	status = upload(&objects, &store, push, &config, remote, err);
	lfs_store_close(&store);
	return status;
}
