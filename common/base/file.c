/* SPDX-License-Identifier: Apache-2.0 */
/* file: whole small files. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/stop.h"

/* Wait until `fd` is ready, or fail when a stop is requested, even just before the wait begins. */
static int wait_ready(int fd, short events, struct err *err)
{
	struct pollfd fds[] = { { .fd = fd, .events = events },
		{ .fd = stop_fd(), .events = POLLIN } };

	while (poll(fds, COUNT(fds), -1) < 0)
		if (errno != EINTR)
			return err_errno(err, "poll");
	return stop_check(err);
}

int file_read_fd(int fd, const char *name, struct buf *contents, struct err *err)
{
	for (;;) {
		size_t room = contents->max - contents->length;
		/* one byte beyond the maximum would show that there is more */
		size_t wanted = room < 64 * KIB ? room : 64 * KIB;
		char *end = buf_reserve(contents, wanted);
		char beyond;
		ssize_t count;

		if (wait_ready(fd, POLLIN, err) < 0)
			return -1;
		count = read(fd, wanted ? end : &beyond, wanted ? wanted : 1);
		if (count < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (count < 0)
			return err_errno(err, "%s: cannot be read", name);
		if (count == 0)
			return 0;
		if (!wanted)
			return err_set(err, ERR_CONFIG, "%s: is larger than %zu bytes", name,
				contents->max);
		contents->length += (size_t)count;
		contents->data[contents->length] = '\0';
	}
}

int file_read(int dir_fd, const char *path, struct buf *contents, struct err *err)
{
	auto_fd int fd = openat(dir_fd, path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return err_set(err, ERR_MISSING, "%s: does not exist", path);
	if (fd < 0)
		return err_errno(err, "%s: cannot be opened", path);
	return file_read_fd(fd, path, contents, err);
}

const char *file_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

const char *file_temporary_folder(void)
{
	const char *given = getenv("TMPDIR");

	return given && *given ? given : "/tmp";
}

int file_write_fd(int fd, const char *name, struct span contents, struct err *err)
{
	while (contents.length) {
		ssize_t count;

		if (wait_ready(fd, POLLOUT, err) < 0)
			return -1;
		count = write(fd, contents.data, contents.length);
		if (count < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (count < 0)
			return err_errno(err, "%s: cannot be written", name);
		contents.data += count;
		contents.length -= (size_t)count;
	}
	return 0;
}

int file_write(int dir_fd, const char *path, struct span contents, struct err *err)
{
	auto_fd int fd = openat(dir_fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	if (fd < 0)
		return err_errno(err, "%s: cannot be created", path);
	return file_write_fd(fd, path, contents, err);
}
