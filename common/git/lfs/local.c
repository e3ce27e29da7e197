/* SPDX-License-Identifier: Apache-2.0 */
/* local: objects from the store of one repository on this machine to that of another. */
#include <errno.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/stop.h"
#include "git/lfs/local.h"
#include "git/lib.h"

int lfs_local_open(struct lfs_store *store, const char *folder, bool create, struct err *err)
{
	auto_git(repository) git_repository *repository = NULL;

	if (lib_open(&repository, folder, err) < 0)
		return -1;
	return lfs_store_open(store, git_repository_commondir(repository), create, err);
}

static int copy(struct lfs_part *part, int fd, struct err *err)
{
	char data[64 * KIB];
	ssize_t count;

	/* there is nothing to be saved by going on where an earlier attempt ended */
	if (lfs_part_empty(part, err) < 0)
		return -1;
	while ((count = read(fd, data, sizeof(data))) != 0) {
		if (stop_check(err) < 0)
			return -1;
		if (count < 0 && errno != EINTR)
			return err_errno(err, "the object cannot be read");
		if (count > 0 && lfs_part_add(part, (struct span){ data, (size_t)count }, err) < 0)
			return -1;
	}
	return 0;
}

static int copy_one(const struct lfs_store *from, const struct lfs_store *to,
	const struct lfs_object *object, struct err *err)
{
	struct err missing = { 0 };
	auto_fd int there = lfs_store_read(to, &object->pointer, &missing);
	auto_fd int fd = there >= 0 ? -1 : lfs_store_read(from, &object->pointer, err);
	struct lfs_part part;
	int status;

	if (there >= 0)
		return 0;
	if (fd < 0)
		return -1;
	status = lfs_part_open(&part, to, &object->pointer, err);
	if (status == 0)
		status = copy(&part, fd, err);
	if (status == 0)
		status = lfs_part_finish(&part, to, err);
	lfs_part_close(&part);
	return status;
}

int lfs_local_copy(const struct lfs_store *from, const struct lfs_store *to,
	const struct lfs_objects *objects, struct err *err)
{
	for (size_t i = 0; i < objects->count; i++)
		if (copy_one(from, to, &objects->items[i], err) < 0)
			return err_wrap(err, "%s", objects->items[i].path);
	return 0;
}
