/* SPDX-License-Identifier: Apache-2.0 */
/* pathspec: any text as one, against any path; a folder's extent agrees with what is meant in it. */
#include <string.h>

#include "git/paths/pathspec.h"

/* What is meant below a folder must not be in one of which nothing is, and the other way round. */
static void check_folders(const struct pathspec *pathspec, struct span path, bool meant)
{
	for (size_t i = 1; i + 1 < path.length; i++) {
		enum pathspec_extent extent;

		if (path.data[i] != '/')
			continue;
		extent = pathspec_extent(pathspec, (struct span){ path.data, i + 1 });
		if (extent == (meant ? PATHSPEC_NONE : PATHSPEC_ALL))
			abort();
	}
}

/* "pathspec LF pathspec LF ... LF path" */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_pathspec struct pathspec pathspec = { 0 };
	struct span left = { (const char *)data, size }, text;
	struct err err = { 0 };

	if (size > 200)
		return 0;
	while (pathspec.count < 4 && span_take_until(&left, "\n", &text)) {
		auto_free char *copy = span_copy(text);

		(void)span_take(&left, "\n");
		if (pathspec_add(&pathspec, copy, "source.paths", &err) < 0 &&
			err.kind != ERR_CONFIG)
			abort();
	}
	pathspec_finish(&pathspec);
	if (left.length && left.data[0] != '/' && !memchr(left.data, 0, left.length))
		check_folders(&pathspec, left, pathspec_matches(&pathspec, left, false));
	return 0;
}
