/* SPDX-License-Identifier: Apache-2.0 */
/* site: where a submodule is put. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "git/clone/folder.h"
#include "git/submodule/site.h"

/* From the folder at `path` to `target`, which both begin at the same place. */
static char *way(const char *path, const char *target)
{
	size_t length = strlen(target), up = *path ? 1 : 0;
	char *text;

	for (const char *c = path; *c; c++)
		up += *c == '/';
	text = mem_alloc(3 * up + length + 1);
	for (size_t i = 0; i < up; i++)
		memcpy(text + 3 * i, "../", 3);
	memcpy(text + 3 * up, target, length);
	return text;
}

static void init_folders(struct site *site)
{
	site->folder = *site->path ? mem_format("%s/%s", site->top, site->path)
				   : mem_copy_string(site->top);
	site->git_folder = mem_format("%s/%s", site->top, site->git);
	site->worktree = way(site->git, site->path);
}

void site_init_top(struct site *site, const char *top)
{
	*site = (struct site){
		.top = top,
		.path = mem_copy_string(""),
		.git = mem_copy_string(".git"),
	};
	init_folders(site);
}

void site_init(struct site *site, const struct site *above, const struct gitmodule *module)
{
	*site = (struct site){
		.above = above,
		.top = above->top,
		.path = mem_format("%s%s%s", above->path, *above->path ? "/" : "", module->path),
		.git = mem_format("%s/modules/%s", above->git, module->name),
		.depth = above->depth + 1,
	};
	init_folders(site);
}

void site_release(struct site *site)
{
	free(site->path);
	free(site->git);
	free(site->folder);
	free(site->git_folder);
	free(site->worktree);
	*site = (struct site){ 0 };
}

/* Into the folder of that name, which is made where there is none. */
static int enter(int at, const char *name, struct err *err)
{
	if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
		strcasecmp(name, ".git") == 0)
		return err_set(err, ERR_REMOTE,
			"its name and path in .gitmodules may have no part '%s'", name);
	return folder_enter(at, name, err);
}

static bool has_file(int at, const char *name)
{
	struct stat found;

	return fstatat(at, name, &found, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(found.st_mode);
}

/* `mark` is the file by which a folder is known to be another submodule's. */
static int enter_part(int at, const char *name, bool last, const void *mark, struct err *err)
{
	int fd = enter(at, name, err);

	if (fd < 0 || last || !has_file(fd, mark))
		return fd;
	(void)close(fd);
	return err_set(err, ERR_REMOTE, "it would be inside of another submodule, at '%s'", name);
}

static int check_empty(int fd, const char *path, struct err *err)
{
	auto_strings struct strings names = { 0 };

	if (folder_list(fd, &names, err) < 0)
		return -1;
	if (names.count)
		return err_set(err, ERR_REMOTE, "%s is not empty: something else is there", path);
	return 0;
}

/* What follows the path of the one above. */
static const char *own_part(const char *path, const char *above)
{
	size_t length = strlen(above);

	return path + length + (length ? 1 : 0);
}

static int enter_files(const struct site *site, struct err *err)
{
	auto_fd int above = -1;

	if (!site->above) {
		int fd = open(site->top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		return fd < 0 ? err_errno(err, "%s: cannot be opened", site->top) : fd;
	}
	above = enter_files(site->above, err);
	if (above < 0)
		return -1;
	return folder_enter_path(
		above, own_part(site->path, site->above->path), enter_part, ".git", err);
}

static int enter_git(const struct site *site, struct err *err)
{
	auto_fd int git = open(site->above->git_folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	auto_fd int modules = git < 0 ? -1 : enter(git, "modules", err);
	const char *name = own_part(site->git, site->above->git) + strlen("modules/");

	if (git < 0)
		return err_errno(err, "%s: cannot be opened", site->above->git_folder);
	return modules < 0 ? -1 : folder_enter_path(modules, name, enter_part, "HEAD", err);
}

int site_prepare(const struct site *site, struct err *err)
{
	auto_fd int files = enter_files(site, err);
	auto_fd int git = files < 0 ? -1 : enter_git(site, err);

	if (git < 0 || check_empty(files, site->path, err) < 0)
		return -1;
	return check_empty(git, site->git, err);
}

int site_link(const struct site *site, struct err *err)
{
	auto_free char *way_to_git = way(site->path, site->git);
	auto_free char *line = mem_format("gitdir: %s\n", way_to_git);
	auto_fd int files = enter_files(site, err);

	return files < 0 ? -1 : file_write(files, ".git", span_of(line), err);
}
