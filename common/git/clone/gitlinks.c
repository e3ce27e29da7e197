/* SPDX-License-Identifier: Apache-2.0 */
/* gitlinks: what an index holds of submodules. */
#include <fcntl.h>
#include <string.h>

#include "base/mem.h"
#include "git/clone/folder.h"
#include "git/clone/gitlinks.h"

static int check_above(git_index *index, const char *path, struct err *err)
{
	auto_free char *above = mem_copy_string(path);

	for (char *slash = strchr(above, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (git_index_get_bypath(index, above, 0))
			return err_set(err, ERR_REMOTE,
				"the tree is malformed: it has '%s' and, below it, '%s'", above,
				path);
		*slash = '/';
	}
	return 0;
}

int gitlinks_add(struct gitlinks *links, git_index *index, const git_index_entry *entry, bool taken,
	struct err *err)
{
	if (check_above(index, entry->path, err) < 0)
		return -1;
	links->items = mem_resize(links->items, links->count + 1, sizeof(*links->items));
	links->items[links->count++] = (struct gitlink){
		.path = mem_copy_string(entry->path),
		.id = entry->id,
		.taken = taken,
	};
	return 0;
}

int gitlinks_take_out(const struct gitlinks *links, git_index *index, struct err *err)
{
	for (size_t i = 0; i < links->count; i++)
		if (git_index_remove(index, links->items[i].path, 0) < 0)
			return lib_error(err, "submodule '%s'", links->items[i].path);
	return 0;
}

static int add_all(const struct gitlinks *links, git_index *index, struct err *err)
{
	for (size_t i = 0; i < links->count; i++) {
		const git_index_entry entry = {
			.path = links->items[i].path,
			.mode = GIT_FILEMODE_COMMIT,
			.id = links->items[i].id,
		};

		if (git_index_add(index, &entry) < 0)
			return lib_error(err, "the tree is malformed: submodule '%s'", entry.path);
	}
	return 0;
}

int gitlinks_put_back(const struct gitlinks *links, git_index *index, struct err *err)
{
	int status;

	/* their commits are in other repositories */
	if (lib_set_strict(false, err) < 0)
		return -1;
	status = add_all(links, index, err);
	return lib_set_strict(true, err) < 0 ? -1 : status;
}

int gitlinks_make_folders(const struct gitlinks *links, const char *top, struct err *err)
{
	auto_fd int at = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (at < 0)
		return err_errno(err, "%s: cannot be opened", top);
	for (size_t i = 0; i < links->count; i++) {
		auto_fd int fd = links->items[i].taken
			? folder_enter_path(at, links->items[i].path, NULL, NULL, err)
			: -1;

		if (links->items[i].taken && fd < 0)
			return err_wrap(err, "submodule '%s'", links->items[i].path);
	}
	return 0;
}

void gitlinks_release(struct gitlinks *links)
{
	for (size_t i = 0; i < links->count; i++)
		free(links->items[i].path);
	free(links->items);
	*links = (struct gitlinks){ 0 };
}
