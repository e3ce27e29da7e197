/* SPDX-License-Identifier: Apache-2.0 */
/* folder: what params name inside the build directory. */
#define _XOPEN_SOURCE 700 /* realpath */
#include <stdlib.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/span.h"
#include "git/push/folder.h"

static bool is_inside(const char *dir, const char *path)
{
	struct span rest = span_of(path);

	if (span_is(span_of(dir), "/"))
		return true;
	return span_take(&rest, dir) && (!rest.length || span_starts(rest, "/"));
}

/* NULL where there is nothing of that name. */
static int find(char **path, const char *field, const char *dir, const char *name, struct err *err)
{
	auto_free char *joined = mem_format("%s/%s", dir, name);
	auto_free char *top = realpath(dir, NULL);
	auto_free char *real = realpath(joined, NULL);

	if (!top)
		return err_errno(err, "%s: cannot be found", dir);
	if (real && !is_inside(top, real))
		return err_set(
			err, ERR_CONFIG, "%s: '%s' leads out of the build directory", field, name);
	*path = TAKE(real);
	return 0;
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
