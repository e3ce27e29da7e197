/* SPDX-License-Identifier: Apache-2.0 */
/* folder: what is in a folder, as the entries of a layer. No link is followed on the way. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/strings.h"
#include "registry/content.h"

/* Where in the source it is read. */
struct place {
	struct layer *layer;
	int folder;
	const char *name; /* in it */
	const char *path; /* from the top of the source */
	int depth;
};

static int add_all(struct layer *layer, int fd, const char *path, int depth, struct err *err);

static int changed(const struct place *place, struct err *err)
{
	return err_set(err, ERR_CONFIG, "'%s' in it changed while it was read", place->path);
}

static int copy(const struct place *place, int fd, uint64_t left, struct err *err)
{
	char data[32 * KIB];

	while (left) {
		ssize_t count = read(fd, data, left < sizeof(data) ? (size_t)left : sizeof(data));

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return err_errno(err, "'%s' in it cannot be read", place->path);
		if (count == 0)
			return changed(place, err);
		if (layer_write(place->layer, (struct span){ data, (size_t)count }, err) < 0)
			return -1;
		left -= (uint64_t)count;
	}
	return 0;
}

static int add_file(const struct place *place, struct err *err)
{
	auto_fd int fd = openat(
		place->folder, place->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct tar_entry entry = { .type = TAR_FILE, .name = span_of(place->path) };
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0)
		return err_errno(err, "'%s' in it cannot be opened", place->path);
	if (!S_ISREG(status.st_mode))
		return changed(place, err);
	entry.executable = (status.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0;
	entry.size = (uint64_t)status.st_size;
	if (layer_begin(place->layer, &entry, err) < 0)
		return -1;
	return copy(place, fd, entry.size, err);
}

static int add_link(const struct place *place, struct err *err)
{
	char target[LIMIT_LINK_TARGET];
	ssize_t length = readlinkat(place->folder, place->name, target, sizeof(target));
	struct tar_entry entry = { .type = TAR_LINK, .name = span_of(place->path) };

	if (length < 0)
		return err_errno(err, "'%s' in it cannot be read", place->path);
	entry.target = (struct span){ target, (size_t)length };
	return layer_begin(place->layer, &entry, err);
}

static int add_folder(const struct place *place, struct err *err)
{
	const struct tar_entry entry = { .type = TAR_FOLDER, .name = span_of(place->path) };
	int fd = openat(
		place->folder, place->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_DIRECTORY);

	if (fd < 0)
		return err_errno(err, "'%s' in it cannot be opened", place->path);
	if (layer_begin(place->layer, &entry, err) < 0) {
		defs_close_fd(&fd);
		return -1;
	}
	return add_all(place->layer, fd, place->path, place->depth + 1, err);
}

static int add_one(const struct place *place, struct err *err)
{
	struct stat status;

	if (fstatat(place->folder, place->name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return err_errno(err, "'%s' in it cannot be read", place->path);
	if (S_ISREG(status.st_mode))
		return add_file(place, err);
	if (S_ISDIR(status.st_mode))
		return add_folder(place, err);
	if (S_ISLNK(status.st_mode))
		return add_link(place, err);
	return err_set(err, ERR_CONFIG,
		"'%s' in it is neither a file, a folder nor a symbolic link", place->path);
}

static void close_folder(DIR **folder)
{
	if (*folder)
		(void)closedir(*folder);
}

/* Take the folder over. */
static DIR *open_folder(int fd, const char *path, struct err *err)
{
	DIR *folder = fdopendir(fd);

	if (!folder) {
		(void)err_errno(err, "'%s' in it cannot be read", path);
		(void)close(fd);
	}
	return folder;
}

static int list(struct strings *names, DIR *folder, const char *path, struct err *err)
{
	for (;;) {
		const struct dirent *found;
		struct span name;

		errno = 0;
		found = readdir(folder);
		if (!found)
			break;
		name = span_of(found->d_name);
		if (!span_is(name, ".") && !span_is(name, ".."))
			strings_add(names, name);
	}
	if (errno)
		return err_errno(err, "'%s' in it cannot be read", path);
	strings_sort(names);
	return 0;
}

/* All that is in the open folder, which is closed. `path` is "" at the top. */
static int add_all(struct layer *layer, int fd, const char *path, int depth, struct err *err)
{
	AUTO(close_folder) DIR *folder = open_folder(fd, path, err);
	auto_strings struct strings names = { 0 };

	if (!folder)
		return -1;
	if (depth > LIMIT_SOURCE_DEPTH)
		return err_set(err, ERR_CONFIG, "'%s' in it is more than %d folders deep", path,
			LIMIT_SOURCE_DEPTH);
	if (list(&names, folder, path, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		auto_free char *inner = mem_format(
			"%s%s%s", path, *path ? "/" : "", names.items[i]);
		const struct place place = { layer, fd, names.items[i], inner, depth };

		if (add_one(&place, err) < 0)
			return -1;
	}
	return 0;
}

int content_add_folder(struct layer *layer, int fd, struct err *err)
{
	return add_all(layer, fd, "", 0, err);
}
