/* SPDX-License-Identifier: Apache-2.0 */
/* driver: a file from its pointer and the store. */
#include "git/lfs/get.h"

static int write_piece(void *context, struct span piece, struct err *err)
{
	const struct driver_file *const *file = context;

	return driver_write(*file, piece, err);
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
	return lfs_store_pieces(fd, file->path, write_piece, &file, err);
}

struct driver lfs_driver(const struct lfs *lfs)
{
	return (struct driver){ .name = lfs ? "lfs" : NULL, .smudge = smudge, .context = lfs };
}
