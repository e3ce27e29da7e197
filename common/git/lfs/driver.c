/* SPDX-License-Identifier: Apache-2.0 */
/* driver: a file from its pointer and the store. */
#include <errno.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/stop.h"
#include "git/lfs/get.h"

static int write_content(const struct driver_file *file, int fd, struct err *err)
{
	char data[64 * KIB];
	ssize_t count;

	while ((count = read(fd, data, sizeof(data))) != 0) {
		if (stop_check(err) < 0)
			return -1;
		if (count < 0 && errno != EINTR)
			return err_errno(err, "%s: its Git LFS object cannot be read", file->path);
		if (count > 0 && driver_write(file, (struct span){ data, (size_t)count }, err) < 0)
			return -1;
	}
	return 0;
}

/* What is no pointer is the content itself; one that was left out stays a pointer, as git-lfs does. */
static int smudge(const void *context, const struct driver_file *file, struct err *err)
{
	const struct lfs *lfs = context;
	struct lfs_pointer pointer;
	struct err missing = { 0 };
	auto_fd int fd = -1;

	if (lfs_pointer_read(&pointer, file->stored) != LFS_POINTER)
		return driver_write(file, file->stored, err);
	if (!pointer.size)
		return 0;
	fd = lfs_store_read(&lfs->store, &pointer, &missing);
	if (fd < 0)
		return driver_write(file, file->stored, err);
	return write_content(file, fd, err);
}

struct driver lfs_driver(const struct lfs *lfs)
{
	return (struct driver){ .name = lfs ? "lfs" : NULL, .smudge = smudge, .context = lfs };
}
