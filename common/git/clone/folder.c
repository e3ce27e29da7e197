/* SPDX-License-Identifier: Apache-2.0 */
/* folder: the folder that becomes a clone. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/stop.h"
#include "base/strings.h"
#include "git/clone/folder.h"

#define MARK "build-service-resource-incomplete"

/* Deeper trees than this are not what git checks out. */
enum { DEPTH_MAX = 4096 };

static int open_folder(int at, const char *path, struct err *err)
{
	int fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? err_errno(err, "%s: cannot be opened", path) : fd;
}

int folder_list(int fd, struct strings *names, struct err *err)
{
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	DIR *folder = own < 0 ? NULL : fdopendir(own);
	const struct dirent *entry;

	if (!folder)
		return err_errno(err, "folder cannot be listed");
	rewinddir(folder);
	while ((entry = readdir(folder)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			strings_add(names, span_of(entry->d_name));
	(void)closedir(folder);
	return 0;
}

/* `kept`: names that stay, NULL-terminated. */
static int empty_folder(int fd, const char *const *kept, int depth, struct err *err);

static const char *const nothing[] = { NULL };
static const char *const git_alone[] = { ".git", NULL };

/* Objects of Git LFS are looked at before they are used, and may be large. */
static const char *const kept_of_git[] = { MARK, "lfs", NULL };

/* Symbolic links are removed, never followed. */
static int remove_entry(int fd, const char *name, int depth, struct err *err)
{
	auto_fd int inner = -1;

	if (unlinkat(fd, name, 0) == 0)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return err_errno(err, "%s: cannot be removed", name);
	inner = open_folder(fd, name, err);
	if (inner < 0 || empty_folder(inner, nothing, depth + 1, err) < 0)
		return -1;
	return unlinkat(fd, name, AT_REMOVEDIR) < 0 ? err_errno(err, "%s: cannot be removed", name)
						    : 0;
}

static bool is_among(const char *const *names, const char *name)
{
	while (*names && strcmp(*names, name) != 0)
		names++;
	return *names;
}

static int empty_folder(int fd, const char *const *kept, int depth, struct err *err)
{
	auto_strings struct strings names = { 0 };

	if (depth > DEPTH_MAX)
		return err_set(err, ERR_INTERNAL, "what a former run left is nested too deep");
	if (stop_check(err) < 0 || folder_list(fd, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		if (!is_among(kept, names.items[i]) &&
			remove_entry(fd, names.items[i], depth, err) < 0)
			return -1;
	return 0;
}

/* The mark, or what a complete run left: its answer may have been lost with the ATC. */
static bool is_ours(int git)
{
	return faccessat(git, MARK, F_OK, AT_SYMLINK_NOFOLLOW) == 0 ||
		faccessat(git, "ref", F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Killed between the two first steps, a run leaves an empty .git alone. */
static bool is_alone_and_empty(int git, const struct strings *names)
{
	auto_strings struct strings inner = { 0 };
	struct err ignored = { 0 };

	return names->count == 1 && folder_list(git, &inner, &ignored) == 0 && inner.count == 0;
}

/* The mark is there from the first removal to the last, so that this may be interrupted as well. */
static int make_empty(int fd, const char *path, struct err *err)
{
	auto_strings struct strings names = { 0 };
	auto_fd int git = -1;

	if (folder_list(fd, &names, err) < 0)
		return -1;
	if (names.count == 0)
		return 0;
	git = openat(fd, ".git", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (git >= 0 && is_alone_and_empty(git, &names))
		return 0;
	if (git < 0 || !is_ours(git))
		return err_set(err, ERR_CONFIG,
			"%s: is not empty, and not what an earlier 'in' left: give 'in' an empty "
			"folder",
			path);
	log_info("%s: removing what an earlier run left", path);
	if (file_write(git, MARK, span_of(""), err) < 0 || empty_folder(fd, git_alone, 0, err) < 0)
		return -1;
	return empty_folder(git, kept_of_git, 0, err);
}

int folder_enter(int at, const char *name, struct err *err)
{
	int fd;

	if (mkdirat(at, name, 0777) < 0 && errno != EEXIST)
		return err_errno(err, "%s: cannot be made", name);
	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? err_errno(err, "'%s' is not a folder that it can be put into", name) : fd;
}

int folder_enter_path(
	int at, const char *path, folder_enter_fn *enter, const void *context, struct err *err)
{
	int fd = fcntl(at, F_DUPFD_CLOEXEC, 0);
	struct span left = span_of(path);
	bool more = true;

	while (fd >= 0 && more) {
		auto_fd int outer = fd;
		struct span part = left;
		auto_free char *name = NULL;

		more = span_take_until(&left, "/", &part) && span_take(&left, "/");
		name = span_copy(part);
		fd = enter ? enter(outer, name, !more, context, err)
			   : folder_enter(outer, name, err);
	}
	return fd;
}

int folder_begin(const char *path, struct err *err)
{
	auto_fd int fd = -1;

	if (mkdir(path, 0777) < 0 && errno != EEXIST)
		return err_errno(err, "%s: cannot be made", path);
	/* the folder itself may be a link: it is Concourse's */
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_errno(err, "%s: cannot be opened", path);
	if (make_empty(fd, path, err) < 0)
		return -1;
	if (mkdirat(fd, ".git", 0777) < 0 && errno != EEXIST)
		return err_errno(err, "%s/.git: cannot be made", path);
	return file_write(fd, ".git/" MARK, span_of(""), err);
}

int folder_end(const char *path, struct err *err)
{
	auto_fd int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (stop_check(err) < 0)
		return -1;
	if (fd < 0 || unlinkat(fd, ".git/" MARK, 0) < 0)
		return err_errno(err, "%s/.git: cannot be completed", path);
	return 0;
}
