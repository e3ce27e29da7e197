/* SPDX-License-Identifier: Apache-2.0 */
/* buf: growing, the maximum, and that a refused addition leaves all as it was. */
#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"

static void assert_contents(const struct buf *buf, const char *text)
{
	assert_span_is(buf_span(buf), text);
	assert_non_null(buf->data);
	assert_int_equal(buf->data[buf->length], '\0');
}

static void grows_from_nothing(void **state)
{
	auto_buf struct buf buf = BUF(10000);
	(void)state;

	for (size_t i = 0; i < 10000; i++) {
		assert_int_equal(buf_add(&buf, "x", 1), 0);
		assert_int_equal(buf.data[buf.length], '\0');
	}
	assert_int_equal(buf.length, 10000);
	for (size_t i = 0; i < 10000; i++)
		assert_int_equal(buf.data[i], 'x');
}

static void empty_additions_make_an_empty_text(void **state)
{
	auto_buf struct buf buf = BUF(0);
	(void)state;

	assert_span_is(buf_span(&buf), "");
	assert_int_equal(buf_add(&buf, NULL, 0), 0);
	assert_int_equal(buf_add_span(&buf, (struct span){ NULL, 0 }), 0);
	assert_int_equal(buf_add_string(&buf, ""), 0);
	assert_int_equal(buf_format(&buf, "%s", ""), 0);
	assert_contents(&buf, "");
}

static void refuses_beyond_its_maximum(void **state)
{
	auto_buf struct buf buf = BUF(4);
	(void)state;

	assert_int_equal(buf_add_string(&buf, "abc"), 0);
	assert_int_equal(buf_add_string(&buf, "de"), -1);
	assert_int_equal(buf_add_span(&buf, span_of("de")), -1);
	assert_int_equal(buf_add(&buf, "de", 2), -1);
	assert_int_equal(buf_format(&buf, "%d", 42), -1);
	assert_null(buf_reserve(&buf, 2));
	assert_null(buf_reserve(&buf, SIZE_MAX));
	assert_contents(&buf, "abc");
	assert_int_equal(buf_format(&buf, "%d", 7), 0);
	assert_contents(&buf, "abc7");
	assert_int_equal(buf_add(&buf, "x", 1), -1);
	assert_int_equal(buf_add(&buf, "x", 0), 0);
	assert_contents(&buf, "abc7");
}

static void a_format_that_needs_the_last_byte_fits(void **state)
{
	auto_buf struct buf buf = BUF(1000);
	char expected[128];
	(void)state;

	memset(expected, 'y', 127);
	expected[127] = '\0';
	/* 127 bytes and a NUL fill an allocation of 128 to the brim */
	assert_int_equal(buf_format(&buf, "%s", expected), 0);
	assert_contents(&buf, expected);
	assert_int_equal(buf_format(&buf, "%s", "z"), 0);
	assert_int_equal(buf.length, 128);
}

static void keeps_nuls(void **state)
{
	auto_buf struct buf buf = BUF(10);
	(void)state;

	assert_int_equal(buf_add(&buf, "a\0b", 3), 0);
	assert_int_equal(buf_add_string(&buf, "c"), 0);
	assert_int_equal(buf.length, 4);
	assert_memory_equal(buf.data, "a\0bc", 5);
}

static void a_reservation_can_be_filled(void **state)
{
	auto_buf struct buf buf = BUF(100);
	char *end;
	(void)state;

	assert_int_equal(buf_add_string(&buf, "ab"), 0);
	end = buf_reserve(&buf, 98);
	assert_non_null(end);
	assert_ptr_equal(end, buf.data + 2);
	memset(end, 'c', 98);
	buf.length += 98;
	buf.data[buf.length] = '\0'; /* the NUL behind it has its room */
	assert_null(buf_reserve(&buf, 1));
}

static void consumes_from_the_front(void **state)
{
	auto_buf struct buf buf = BUF(100);
	(void)state;

	buf_consume(&buf, 0);
	assert_int_equal(buf_add_string(&buf, "abcdef"), 0);
	buf_consume(&buf, 2);
	assert_contents(&buf, "cdef");
	buf_consume(&buf, 0);
	assert_contents(&buf, "cdef");
	buf_consume(&buf, 4);
	assert_contents(&buf, "");
	assert_int_equal(buf_add_string(&buf, "g"), 0);
	assert_contents(&buf, "g");
}

static void clears_and_keeps_its_memory(void **state)
{
	auto_buf struct buf buf = BUF(100);
	char *data;
	(void)state;

	buf_clear(&buf);
	assert_int_equal(buf_add_string(&buf, "abc"), 0);
	data = buf.data;
	buf_clear(&buf);
	assert_contents(&buf, "");
	assert_ptr_equal(buf.data, data);
}

static void detaches_its_text(void **state)
{
	auto_buf struct buf buf = BUF(100);
	auto_free char *empty = buf_detach(&buf);
	auto_free char *text = NULL;
	(void)state;

	assert_string_equal(empty, "");
	assert_int_equal(buf_add_string(&buf, "abc"), 0);
	text = buf_detach(&buf);
	assert_string_equal(text, "abc");
	assert_int_equal(buf.length, 0);
	assert_int_equal(buf_add_string(&buf, "def"), 0);
	assert_contents(&buf, "def");
	assert_string_equal(text, "abc");
}

static void can_be_used_again_after_release(void **state)
{
	struct buf buf = BUF(3);
	(void)state;

	assert_int_equal(buf_add_string(&buf, "abc"), 0);
	buf_release(&buf);
	assert_span_is(buf_span(&buf), "");
	assert_int_equal(buf_add_string(&buf, "def"), 0);
	assert_int_equal(buf_add_string(&buf, "g"), -1);
	buf_release(&buf);
	buf_release(&buf);
}

/* The secret that is looked for, a byte at a time, so that no other copy of it is ever made. */
enum { SECRET_LENGTH = 300 };

static char secret_byte(size_t at)
{
	return (char)('!' + (at * 7 + at / 5) % 90);
}

static size_t count_in(const char *bytes, size_t length)
{
	size_t found = 0;

	for (size_t at = 0; at + 48 <= length; at++) {
		size_t same = 0;

		while (same < 48 && bytes[at + same] == secret_byte(same + 100))
			same++;
		found += same == 48;
	}
	return found;
}

/* How often it stands in what of this process' memory can be written, as the kernel sees it. */
static size_t count_copies(void)
{
	static char bytes[1 << 16];
	const unsigned long long step = sizeof(bytes) / 2; /* what lies across is seen whole */
	const unsigned long long largest = 64ULL << 20;    /* not a sanitizer's shadow */
	FILE *maps = fopen("/proc/self/maps", "re");
	int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	size_t found = 0;
	char line[512];

	assert_non_null(maps);
	assert_true(memory >= 0);
	while (fgets(line, sizeof(line), maps)) {
		unsigned long long at;
		unsigned long long end;
		char *rest;

		if (!strstr(line, " rw"))
			continue;
		at = strtoull(line, &rest, 16);
		end = strtoull(rest + 1, NULL, 16);
		if (end - at > largest)
			continue;
		for (; at < end; at += step) {
			ssize_t count = pread(memory, bytes, sizeof(bytes), (off_t)at);

			found += count > 0 ? count_in(bytes, (size_t)count) : 0;
			memset(bytes, 0, sizeof(bytes));
		}
	}
	(void)fclose(maps);
	(void)close(memory);
	return found;
}

static void fill(struct buf *buf)
{
	for (size_t at = 0; at < SECRET_LENGTH; at++) {
		char byte = secret_byte(at);

		assert_int_equal(buf_add(buf, &byte, 1), 0);
	}
}

static void a_secret_leaves_nothing_behind(void **state)
{
	auto_buf struct buf buf = BUF_SECRET(10000);

	(void)state;
	fill(&buf);
	assert_true(count_copies() > 0);
	buf_release(&buf);
	assert_int_equal(count_copies(), 0);
	fill(&buf);
	buf_clear(&buf);
	assert_int_equal(count_copies(), 0);
	fill(&buf);
	buf_consume(&buf, SECRET_LENGTH - 1);
	assert_int_equal(count_copies(), 0);
}

int main(void)
{
	UNIT_TEST(grows_from_nothing);
	UNIT_TEST(empty_additions_make_an_empty_text);
	UNIT_TEST(refuses_beyond_its_maximum);
	UNIT_TEST(a_format_that_needs_the_last_byte_fits);
	UNIT_TEST(keeps_nuls);
	UNIT_TEST(a_reservation_can_be_filled);
	UNIT_TEST(consumes_from_the_front);
	UNIT_TEST(clears_and_keeps_its_memory);
	UNIT_TEST(detaches_its_text);
	UNIT_TEST(can_be_used_again_after_release);
	UNIT_TEST(a_secret_leaves_nothing_behind);
	return unit_run();
}
