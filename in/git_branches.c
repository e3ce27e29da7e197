/* SPDX-License-Identifier: Apache-2.0 */
/* in, git: a version of the names of branches, as branches.json. */
#include <fcntl.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "git/source.h"
#include "in/git.h"

#define NO_BRANCHES "NONE" /* as check says it */

/* The array, and its items a line each. */
static json_t *split(const char *names, struct buf *lines, struct err *err)
{
	json_t *array = json_array();
	struct span rest = span_of(strcmp(names, NO_BRANCHES) == 0 ? "" : names);

	while (rest.length) {
		struct span name = rest;

		if (!span_take_until(&rest, ",", &name))
			rest.length = 0;
		(void)span_take(&rest, ",");
		(void)json_array_append_new(array, json_stringn(name.data, name.length));
		if ((lines->length && buf_add_string(lines, "\n") < 0) ||
			buf_add_span(lines, name) < 0) {
			(void)err_set(err, ERR_CONFIG, "version.branches: is too long");
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

int in_git_branches(const struct request *request, struct answer *answer, struct err *err)
{
	const struct git_version *version = request->version;
	auto_free char *path = mem_format("%s/branches.json", request->dir);
	auto_buf struct buf lines = BUF(LIMIT_REQUEST);
	auto_free char *text = NULL;
	json_t *array = split(version->branches, &lines, err);

	if (!array)
		return -1;
	text = json_dumps(array, JSON_COMPACT);
	json_decref(array);
	if (file_write(AT_FDCWD, path, span_of(text), err) < 0)
		return -1;
	answer_echo_version(answer, request->version_map);
	answer_add_metadata(
		answer, "branches", lines.length ? buf_span(&lines) : SPAN_LITERAL("EMPTY"));
	return 0;
}
