/* SPDX-License-Identifier: Apache-2.0 */
/* files: what is written of Builds whose source is of one type or another. */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "unit.h"

#include "base/file.h"
#include "base/limits.h"
#include "build/files.h"

static const struct sources {
	const char *name;
	const char *source; /* of the Build */
	const char *file, *value;
	size_t others; /* files of a source beside it */
} sources[] = {
	{ "git", "{\"git\":{\"url\":\"u\",\"revision\":\"c\"}}", "git_commit", "c", 1 },
	{ "blob", "{\"blob\":{\"url\":\"https://b/%20?x=1\"}}", "blob_url", "https://b/%20?x=1",
		0 },
	{ "registry", "{\"registry\":{\"image\":\"r/s@sha256:1\"}}", "source_image", "r/s@sha256:1",
		0 },
};

static size_t count_sources(int dir)
{
	static const char *const names[] = { "git_commit", "git_url", "blob_url", "source_image" };
	size_t count = 0;

	for (size_t i = 0; i < COUNT(names); i++)
		count += faccessat(dir, names[i], F_OK, 0) == 0;
	return count;
}

/* Empty the folder, so that the next row finds nothing of this one. */
static void clear(const char *path, int dir)
{
	DIR *listing = opendir(path);

	assert_non_null(listing);
	for (struct dirent *entry = readdir(listing); entry; entry = readdir(listing))
		if (entry->d_name[0] != '.')
			assert_int_equal(unlinkat(dir, entry->d_name, 0), 0);
	assert_int_equal(closedir(listing), 0);
	assert_int_equal(rmdir(path), 0);
}

static void source_is_written(void **state)
{
	const struct sources *row = *state;
	char path[] = "/tmp/test-files-XXXXXX";
	auto_free char *json = mem_format("{\"spec\":{\"source\":%s}}", row->source);
	json_auto_t *build = json_loads(json, 0, NULL);
	auto_buf struct buf text = BUF(KIB), list = BUF(KIB);
	struct err err = { 0 };
	int dir;

	assert_non_null(mkdtemp(path));
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(files_write_build(dir, build, &err), 0);
	assert_int_equal(file_read(dir, row->file, &text, &err), 0);
	assert_span_is(buf_span(&text), row->value);
	assert_int_equal(count_sources(dir), 1 + row->others);
	assert_int_equal(file_read(dir, "changes.json", &list, &err), 0);
	assert_span_is(buf_span(&list), "[]\n");
	clear(path, dir);
	assert_int_equal(close(dir), 0);
}

int main(void)
{
	UNIT_ROWS(source_is_written, sources);
	return unit_run();
}
