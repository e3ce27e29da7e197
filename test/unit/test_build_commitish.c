/* SPDX-License-Identifier: Apache-2.0 */
/* commitish: values from files, and the ways out of the step's artifacts. */
#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "build/commitish.h"

static char root[] = "/tmp/commitish-XXXXXX";
static char *artifacts;

static void put_file(const char *path, const char *text)
{
	auto_free char *whole = mem_format("%s/%s", root, path);
	struct err err = { 0 };

	assert_int_equal(file_write(AT_FDCWD, whole, span_of(text), &err), 0);
}

static void put_link(const char *path, const char *to)
{
	auto_free char *whole = mem_format("%s/%s", root, path);

	assert_int_equal(symlink(to, whole), 0);
}

static int make_files(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(root));
	artifacts = mem_format("%s/put", root);
	assert_int_equal(mkdir(artifacts, 0700), 0);
	put_file("outside", "secret\n");
	put_file("put/ref", "0123abcd\n");
	put_file("put/spaces", "\n \t main \r\n\n");
	put_file("put/empty", " \n");
	put_file("put/two", "main\ndevelop\n");
	put_file("put/control", "ma\x1bin\n");
	put_link("put/inside", "ref");
	put_link("put/out", "../outside");
	put_link("put/away", "/etc/hostname");
	put_link("put/nowhere", "missing");
	return 0;
}

static int remove_files(void **state)
{
	static const char *const names[] = { "outside", "put/ref", "put/spaces", "put/empty",
		"put/two", "put/control", "put/inside", "put/out", "put/away", "put/nowhere" };

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		auto_free char *whole = mem_format("%s/%s", root, names[i]);

		(void)unlink(whole);
	}
	(void)rmdir(artifacts);
	(void)rmdir(root);
	free(artifacts);
	return 0;
}

static const struct file {
	const char *name;
	const char *path;
	const char *word; /* NULL: refused */
	const char *message;
} files[] = {
	{ "a revision", "ref", "0123abcd", NULL },
	{ "white space around it", "spaces", "main", NULL },
	{ "a link inside", "inside", "0123abcd", NULL },
	{ "a way around inside", "../put/ref", "0123abcd", NULL },
	{ "empty", "empty", NULL, "params.commitish: 'empty' is empty" },
	{ "two words", "two", NULL,
		"params.commitish: 'two' must hold one revision and nothing else" },
	{ "an escape sequence", "control", NULL,
		"params.commitish: 'control' must hold one revision and nothing else" },
	{ "a way out", "../outside", NULL,
		"params.commitish: '../outside' leads out of the build directory" },
	{ "a link out", "out", NULL, "params.commitish: 'out' leads out of the build directory" },
	{ "a link far out", "away", NULL,
		"params.commitish: 'away' leads out of the build directory" },
	{ "missing", "src/.git/ref", NULL,
		"params.commitish: 'src/.git/ref' is not there: is its artifact an input of the put?" },
	{ "a link to nothing", "nowhere", NULL,
		"params.commitish: 'nowhere' is not there: is its artifact an input of the put?" },
};

static void is_read(void **state)
{
	const struct file *row = *state;
	struct err err = { 0 };
	auto_free char *word = commitish_read(artifacts, row->path, "params.commitish", &err);

	if (row->word) {
		assert_string_equal(word ? word : err.message, row->word);
		return;
	}
	assert_null(word);
	assert_int_equal(err.kind, ERR_CONFIG);
	assert_string_equal(err.message, row->message);
}

static void a_folder_is_no_file(void **state)
{
	struct err err = { 0 };

	(void)state;
	assert_null(commitish_read(artifacts, ".", "params.commitish", &err));
	assert_int_equal(err.kind, ERR_CONFIG);
}

int main(void)
{
	UNIT_ROWS(is_read, files);
	UNIT_TEST(a_folder_is_no_file);
	return unit_run_with(make_files, remove_files);
}
