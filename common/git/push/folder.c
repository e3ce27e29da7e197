/* SPDX-License-Identifier: Apache-2.0 */
/* folder: the repository that params.repository names, inside the build directory. */
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

int push_folder(char **path, const char *dir, const char *name, struct err *err)
{
	auto_free char *joined = mem_format("%s/%s", dir, name);
	auto_free char *top = realpath(dir, NULL);
	auto_free char *real = realpath(joined, NULL);
	struct stat status;

	if (!top)
		return err_errno(err, "%s: cannot be found", dir);
	if (!real || stat(real, &status) < 0 || !S_ISDIR(status.st_mode))
		return err_set(err, ERR_CONFIG,
			"params.repository: '%s' is not a folder in the build directory: name an "
			"earlier get or an output of a task",
			name);
	if (!is_inside(top, real))
		return err_set(err, ERR_CONFIG,
			"params.repository: '%s' leads out of the build directory", name);
	*path = TAKE(real);
	return 0;
}
