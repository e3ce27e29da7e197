/* SPDX-License-Identifier: Apache-2.0 */
/* inside: what params name among the step's artifacts. */
#define _XOPEN_SOURCE 700 /* realpath */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "build/inside.h"

char *inside_find(const char *dir, const char *path, struct err *err)
{
	auto_free char *root = realpath(dir, NULL);
	auto_free char *joined = mem_format("%s/%s", dir, path);
	auto_free char *real = realpath(joined, NULL);
	size_t length;

	if (!root) {
		(void)err_errno(err, "%s", dir);
		return NULL;
	}
	if (!real) {
		(void)err_set(err, ERR_CONFIG,
			"'%s' is not there: is its artifact an input of the put?", path);
		return NULL;
	}
	length = strcmp(root, "/") == 0 ? 0 : strlen(root);
	if (strncmp(real, root, length) != 0 || (real[length] && real[length] != '/')) {
		(void)err_set(err, ERR_CONFIG, "'%s' is outside of the step's artifacts", path);
		return NULL;
	}
	return TAKE(real);
}
