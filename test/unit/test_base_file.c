/* SPDX-License-Identifier: Apache-2.0 */
/* file: whole files and pipes, their maximum, and each way of failing. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"

static char folder[] = "/tmp/test-file-XXXXXX";
static int folder_fd;

static void reads_what_was_written(void **state)
{
	auto_buf struct buf contents = BUF(100);
	struct err err = { 0 };
	struct stat status;
	(void)state;

	(void)umask(0);
	assert_int_equal(file_write(folder_fd, "ref", SPAN_LITERAL("a\0b\n"), &err), 0);
	assert_int_equal(fstatat(folder_fd, "ref", &status, 0), 0);
	assert_int_equal(status.st_mode & 07777, 0666);
	assert_int_equal(buf_add_string(&contents, "before "), 0);
	assert_int_equal(file_read(folder_fd, "ref", &contents, &err), 0);
	assert_int_equal(contents.length, 11);
	assert_memory_equal(contents.data, "before a\0b\n", 12);
}

static void replaces_what_was_longer(void **state)
{
	auto_buf struct buf contents = BUF(100);
	struct err err = { 0 };
	(void)state;

	assert_int_equal(file_write(folder_fd, "ref", SPAN_LITERAL("0123456789"), &err), 0);
	assert_int_equal(file_write(folder_fd, "ref", SPAN_LITERAL("x"), &err), 0);
	assert_int_equal(file_read(folder_fd, "ref", &contents, &err), 0);
	assert_span_is(buf_span(&contents), "x");
	assert_int_equal(file_write(folder_fd, "ref", (struct span){ NULL, 0 }, &err), 0);
	buf_clear(&contents);
	assert_int_equal(file_read(folder_fd, "ref", &contents, &err), 0);
	assert_span_is(buf_span(&contents), "");
}

static void reads_up_to_the_maximum(void **state)
{
	auto_buf struct buf exact = BUF(3 * 64 * KIB + 1);
	auto_buf struct buf less = BUF(3 * 64 * KIB);
	auto_free char *data = mem_alloc(3 * 64 * KIB + 1);
	struct err err = { 0 };
	(void)state;

	memset(data, 'x', 3 * 64 * KIB + 1);
	assert_int_equal(
		file_write(folder_fd, "large", (struct span){ data, 3 * 64 * KIB + 1 }, &err), 0);
	assert_int_equal(file_read(folder_fd, "large", &exact, &err), 0);
	assert_int_equal(exact.length, 3 * 64 * KIB + 1);
	assert_memory_equal(exact.data, data, exact.length);
	assert_failed(file_read(folder_fd, "large", &less, &err), &err, ERR_CONFIG,
		"large: is larger than 196608 bytes");
}

static void says_why_it_failed(void **state)
{
	auto_buf struct buf contents = BUF(100);
	auto_fd int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct err err = { 0 };
	(void)state;

	assert_failed(file_read(folder_fd, "none", &contents, &err), &err, ERR_MISSING,
		"none: does not exist");
	assert_int_equal(file_write(folder_fd, "file", SPAN_LITERAL(""), &err), 0);
	assert_failed(file_read(folder_fd, "file/below", &contents, &err), &err, ERR_MISSING,
		"file/below: does not exist");
	assert_failed(file_read(folder_fd, ".", &contents, &err), &err, ERR_INTERNAL,
		".: cannot be read: Is a directory");
	assert_failed(file_write(folder_fd, "none/below", SPAN_LITERAL("x"), &err), &err,
		ERR_INTERNAL, "none/below: cannot be created: No such file or directory");
	assert_failed(file_write(folder_fd, ".", SPAN_LITERAL("x"), &err), &err, ERR_INTERNAL,
		".: cannot be created: Is a directory");
	assert_true(full >= 0);
	assert_failed(file_write_fd(full, "stdout", SPAN_LITERAL("x"), &err), &err, ERR_INTERNAL,
		"stdout: cannot be written: No space left on device");
	assert_failed(file_read_fd(1000, "stdin", &contents, &err), &err, ERR_INTERNAL,
		"stdin: cannot be read: Bad file descriptor");
	assert_int_equal(contents.length, 0);
}

static void reads_a_pipe_to_its_end(void **state)
{
	auto_buf struct buf contents = BUF(6);
	struct err err = { 0 };
	int fds[2];
	(void)state;

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "abcdef", 6), 6);
	(void)close(fds[1]);
	assert_int_equal(file_read_fd(fds[0], "stdin", &contents, &err), 0);
	assert_span_is(buf_span(&contents), "abcdef");
	(void)close(fds[0]);
}

static void reads_a_non_blocking_pipe_to_its_end(void **state)
{
	auto_buf struct buf contents = BUF(100);
	struct err err = { 0 };
	int fds[2];
	pid_t child;
	(void)state;

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
	child = fork();
	if (child == 0) {
		clock_sleep_ms(20);
		_exit(write(fds[1], "late", 4) != 4);
	}
	(void)close(fds[1]);
	assert_int_equal(file_read_fd(fds[0], "stdin", &contents, &err), 0);
	assert_span_is(buf_span(&contents), "late");
	(void)close(fds[0]);
}

static void names_what_is_behind_the_last_slash(void **state)
{
	(void)state;
	assert_string_equal(file_base_name("a/b/c.txt"), "c.txt");
	assert_string_equal(file_base_name("/c"), "c");
	assert_string_equal(file_base_name("c"), "c");
	assert_string_equal(file_base_name("a/"), "");
	assert_string_equal(file_base_name(""), "");
}

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return folder_fd < 0 ? -1 : 0;
}

static int remove_folder(void **state)
{
	(void)state;
	(void)unlinkat(folder_fd, "ref", 0);
	(void)unlinkat(folder_fd, "large", 0);
	(void)unlinkat(folder_fd, "file", 0);
	(void)close(folder_fd);
	return rmdir(folder);
}

int main(void)
{
	UNIT_TEST(reads_what_was_written);
	UNIT_TEST(replaces_what_was_longer);
	UNIT_TEST(reads_up_to_the_maximum);
	UNIT_TEST(says_why_it_failed);
	UNIT_TEST(reads_a_pipe_to_its_end);
	UNIT_TEST(reads_a_non_blocking_pipe_to_its_end);
	UNIT_TEST(names_what_is_behind_the_last_slash);
	return unit_run_with(make_folder, remove_folder);
}
