/* SPDX-License-Identifier: Apache-2.0 */
/* in, git: what is told of a tag. */
#include <fcntl.h>

#include "base/file.h"
#include "base/mem.h"
#include "in/git.h"

int in_git_tell_tag(const char *path, const char *tag, struct answer *answer, struct err *err)
{
	auto_free char *file = mem_format("%s/.git/tag", path);
	auto_free char *line = mem_format("%s\n", tag);

	answer_add_metadata(answer, "tag", span_of(tag));
	return file_write(AT_FDCWD, file, span_of(line), err);
}
