/* SPDX-License-Identifier: Apache-2.0 */
/* spool: what was added comes again, from memory and from disk, where it never has a name. */
#define _GNU_SOURCE /* mkdtemp, O_TMPFILE */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/spool.h"
#include "unit.h"

static char folder[] = "/tmp/test-spool-XXXXXX";

static void comes_again(void **state)
{
	auto_spool struct spool spool;
	struct err err = { 0 };
	char data[8];

	(void)state;
	spool_init(&spool);
	assert_int_equal(spool_add(&spool, SPAN_LITERAL("bytes"), &err), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(spool_read(&spool, data, sizeof(data), &err), 5);
		assert_memory_equal(data, "bytes", 5);
		assert_int_equal(spool_read(&spool, data, sizeof(data), &err), 0);
		spool_rewind(&spool);
	}
}

static void add_numbers(struct spool *spool, uint32_t count)
{
	struct err err = { 0 };

	for (uint32_t i = 0; i < count; i++)
		assert_int_equal(spool_add(spool, (struct span){ (char *)&i, sizeof(i) }, &err), 0);
}

static void much_comes_again(void **state)
{
	const uint32_t count = LIMIT_SPOOL_MEMORY / sizeof(count) + 100;
	auto_spool struct spool spool;
	struct err err = { 0 };
	uint32_t number;

	(void)state;
	spool_init(&spool);
	add_numbers(&spool, count);
	assert_true(spool.fd >= 0);
	for (int i = 0; i < 2; i++) {
		for (uint32_t k = 0; k < count; k++) {
			assert_int_equal(spool_read(&spool, (char *)&number, sizeof(number), &err),
				sizeof(number));
			assert_int_equal(number, k);
		}
		assert_int_equal(spool_read(&spool, (char *)&number, sizeof(number), &err), 0);
		spool_rewind(&spool);
	}
}

/* What a program leaves that is killed between two calls. */
static void no_name_is_made(void **state)
{
	auto_spool struct spool spool;
	int probe = open(folder, O_TMPFILE | O_RDWR, 0600);
	int watch = inotify_init1(IN_NONBLOCK);
	char events[4096];

	(void)state;
	if (probe < 0) {
		(void)close(watch);
		print_message("files without a name: not on this file system\n");
		skip();
	}
	(void)close(probe);
	assert_true(inotify_add_watch(watch, folder, IN_CREATE) >= 0);
	spool_init(&spool);
	add_numbers(&spool, LIMIT_SPOOL_MEMORY / sizeof(uint32_t) + 1);
	assert_true(spool.fd >= 0);
	assert_int_equal(read(watch, events, sizeof(events)), -1);
	(void)close(watch);
}

static void says_where_no_file_can_be_made(void **state)
{
	auto_free char *missing = mem_format("%s/missing", folder);
	auto_free char *message = mem_format(
		"%s: no temporary file can be made there: No such file or directory", missing);
	auto_spool struct spool spool;
	struct err err = { 0 };

	(void)state;
	spool_init(&spool);
	add_numbers(&spool, LIMIT_SPOOL_MEMORY / sizeof(uint32_t));
	assert_int_equal(setenv("TMPDIR", missing, 1), 0);
	assert_failed(spool_add(&spool, SPAN_LITERAL("more"), &err), &err, ERR_INTERNAL, message);
	assert_int_equal(setenv("TMPDIR", folder, 1), 0);
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? setenv("TMPDIR", folder, 1) : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

int main(void)
{
	UNIT_TEST(comes_again);
	UNIT_TEST(much_comes_again);
	UNIT_TEST(no_name_is_made);
	UNIT_TEST(says_where_no_file_can_be_made);
	return unit_run_with(make_folder, remove_folder);
}
