/* SPDX-License-Identifier: Apache-2.0 */
/* inside: what params name inside the build directory. */
#define _XOPEN_SOURCE 700 /* realpath */
#include <stdlib.h>

#include "base/inside.h"
#include "base/mem.h"
#include "base/span.h"

static bool is_inside(const char *dir, const char *path)
{
	struct span rest = span_of(path);

	if (span_is(span_of(dir), "/"))
		return true;
	return span_take(&rest, dir) && (!rest.length || span_starts(rest, "/"));
}

char *inside_find(const char *dir, const char *name, struct err *err)
{
	auto_free char *joined = mem_format("%s/%s", dir, name);
	auto_free char *real = realpath(joined, NULL);
	auto_free char *top = realpath(dir, NULL); /* last: errno is of it */

	if (!top)
		(void)err_errno(err, "%s: cannot be found", dir);
	else if (!real)
		(void)err_set(err, ERR_MISSING,
			"'%s' is not there: is its artifact an input of the put?", name);
	else if (!is_inside(top, real))
		(void)err_set(err, ERR_CONFIG, "'%s' leads out of the build directory", name);
	else
		return TAKE(real);
	return NULL;
}
