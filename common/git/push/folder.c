/* SPDX-License-Identifier: Apache-2.0 */
/* folder: what params name inside the build directory. */
#include <sys/stat.h>

#include "base/inside.h"
#include "base/mem.h"
#include "git/push/folder.h"

/* NULL where there is nothing of that name. */
static int find(char **path, const char *field, const char *dir, const char *name, struct err *err)
{
	*path = inside_find(dir, name, err);
	return *path || err->kind == ERR_MISSING ? 0 : err_wrap(err, "%s", field);
}

int push_folder(char **path, const char *dir, const char *name, struct err *err)
{
	auto_free char *real = NULL;
	struct stat status;

	if (find(&real, "params.repository", dir, name, err) < 0)
		return -1;
	if (!real || stat(real, &status) < 0 || !S_ISDIR(status.st_mode))
		return err_set(err, ERR_CONFIG,
			"params.repository: '%s' is not a folder in the build directory: name an "
			"earlier get or an output of a task",
			name);
	*path = TAKE(real);
	return 0;
}

int push_file_find(char **path, const struct push_file *file, struct err *err)
{
	auto_free char *beside = file->repository
		? mem_format("%s/../%s", file->repository, file->name)
		: NULL;
	auto_free char *real = NULL;

	if (find(&real, file->field, file->dir, file->name, err) < 0 ||
		(!real && beside && find(&real, file->field, file->dir, beside, err) < 0))
		return -1;
	if (!real)
		return err_set(err, ERR_CONFIG,
			"%s: the file '%s' does not exist in the build directory", file->field,
			file->name);
	*path = TAKE(real);
	return 0;
}
