/* SPDX-License-Identifier: Apache-2.0 */
/* spool: bytes that are written once and read again, of any length. */
#define _GNU_SOURCE /* O_TMPFILE, mkostemp */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/spool.h"

void spool_init(struct spool *spool)
{
	*spool = (struct spool){ .memory = BUF(LIMIT_SPOOL_MEMORY), .fd = -1 };
}

void spool_release(struct spool *spool)
{
	buf_release(&spool->memory);
	if (spool->fd >= 0)
		(void)close(spool->fd);
	spool_init(spool);
}

/* A file that has no name: from its first moment on, or, where the file system cannot, nearly so. */
static int open_nameless(struct err *err)
{
	const char *folder = file_temporary_folder();
	auto_free char *path = NULL;
	int fd = open(folder, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);

	if (fd >= 0)
		return fd;
	path = mem_format("%s/spool-XXXXXX", folder);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		return err_errno(err, "%s: no temporary file can be made there", folder);
	(void)unlink(path);
	return fd;
}

static int move_to_disk(struct spool *spool, struct err *err)
{
	int fd = open_nameless(err);

	if (fd < 0)
		return -1;
	spool->fd = fd;
	if (file_write_fd(fd, "temporary file", buf_span(&spool->memory), err) < 0)
		return -1;
	buf_release(&spool->memory);
	return 0;
}

int spool_add(struct spool *spool, struct span bytes, struct err *err)
{
	if (spool->fd < 0 && buf_add_span(&spool->memory, bytes) < 0 &&
		move_to_disk(spool, err) < 0)
		return -1;
	if (spool->fd >= 0 && file_write_fd(spool->fd, "temporary file", bytes, err) < 0)
		return -1;
	spool->size += bytes.length;
	return 0;
}

long spool_read(struct spool *spool, char *data, size_t size, struct err *err)
{
	uint64_t left = spool->size - spool->read;
	ssize_t count = (ssize_t)(left < size ? left : size);

	if (spool->fd < 0) {
		if (count)
			memcpy(data, spool->memory.data + spool->read, (size_t)count);
	} else {
		do
			count = pread(spool->fd, data, size, (off_t)spool->read);
		while (count < 0 && errno == EINTR);
		if (count < 0)
			return err_errno(err, "temporary file: cannot be read");
	}
	spool->read += (uint64_t)count;
	return count;
}

void spool_rewind(struct spool *spool)
{
	spool->read = 0;
}
