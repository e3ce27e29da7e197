/* SPDX-License-Identifier: Apache-2.0 */
/* commitish: a value that a put takes from a file of the step's artifacts. */
#include <fcntl.h>

#include "base/file.h"
#include "base/inside.h"
#include "base/limits.h"
#include "build/commitish.h"

static bool is_word(struct span text)
{
	for (size_t i = 0; i < text.length; i++)
		if ((unsigned char)text.data[i] <= ' ' || text.data[i] == 0x7f)
			return false;
	return text.length > 0;
}

static char *read_word(const char *dir, const char *path, struct err *err)
{
	auto_free char *real = inside_find(dir, path, err);
	auto_buf struct buf contents = BUF(LIMIT_COMMITISH);
	struct span text;

	if (!real || file_read(AT_FDCWD, real, &contents, err) < 0)
		return NULL;
	text = span_trim(buf_span(&contents));
	if (!is_word(text)) {
		(void)err_set(err, ERR_CONFIG, "'%s' %s", path,
			text.length ? "must hold one revision and nothing else" : "is empty");
		return NULL;
	}
	return span_copy(text);
}

char *commitish_read(const char *dir, const char *path, const char *field, struct err *err)
{
	char *word = read_word(dir, path, err);

	if (!word) {
		err->kind = ERR_CONFIG;
		(void)err_wrap(err, "%s", field);
	}
	return word;
}
