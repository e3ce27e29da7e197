/* SPDX-License-Identifier: Apache-2.0 */
/* stamps: a log that is cut anywhere and resumed by seconds, as the API can. */
#include "unit.h"

#include "base/limits.h"
#include "kube/stamps.h"

/* Stamps of one second out of order, lines without text, equal stamps, one without any. */
static const char whole[] = "2026-11-23T14:31:53.100000001Z one\n"
			    "2026-11-23T14:31:53.9Z two\n"
			    "2026-11-23T14:31:53.5Z three, older\n"
			    "2026-11-23T14:31:54Z \n"
			    "2026-11-23T14:31:54Z \n"
			    "2026-11-23T14:31:54.2Z four\n"
			    "2026-11-23T14:31:53.95Z five, of the second before\n"
			    "2026-11-23T15:31:52.9+01:00 six, two seconds before\n"
			    "2026-11-23T14:32:00.000000000Z seven\n"
			    "2026-11-23T14:32:00.000000000Z eight";

static const char shown[] = "one\ntwo\nthree, older\n\n\nfour\nfive, of the second before\n"
			    "six, two seconds before\nseven\neight";

/* What the API gives: the lines whose stamp is not older than `since`. */
static char *lines_since(const char *since)
{
	struct span rest = span_of(whole);
	char *lines = mem_copy_string("");
	int64_t from = 0;

	if (since)
		assert_true(clock_parse_rfc3339(span_of(since), &from));
	while (rest.length) {
		struct span all = rest;
		struct span line;
		struct span stamp;
		int64_t ms;
		char *longer;

		assert_true(span_take_line(&rest, &line));
		all.length -= rest.length;
		assert_true(span_take_until(&line, " ", &stamp));
		assert_true(clock_parse_rfc3339(stamp, &ms));
		if (ms < from)
			continue;
		longer = mem_format("%s%.*s", lines, (int)all.length, all.data);
		free(lines);
		lines = longer;
	}
	return lines;
}

/* One stream: its first `length` bytes, or all of it. */
static void read_stream(struct stamps *stamps, size_t length, bool last, struct buf *seen)
{
	char since[CLOCK_RFC3339_SIZE];
	bool resumed = stamps_resume(stamps, since);
	auto_free char *lines = lines_since(resumed ? since : NULL);
	struct span text = span_of(lines);

	if (text.length > length)
		text.length = length;
	assert_int_equal(stamps_take(stamps, &text, last, seen), 0);
}

static void cut_once(void **state)
{
	(void)state;
	for (size_t cut = 0; cut <= strlen(whole); cut++) {
		auto_buf struct buf seen = BUF(4 * KIB);
		struct stamps stamps = { 0 };

		read_stream(&stamps, cut, false, &seen);
		read_stream(&stamps, SIZE_MAX, true, &seen);
		assert_string_equal(seen.data, shown);
	}
}

static void cut_twice(void **state)
{
	(void)state;
	for (size_t cut = 0; cut <= strlen(whole); cut += 3)
		for (size_t again = 0; again <= strlen(whole); again += 5) {
			auto_buf struct buf seen = BUF(4 * KIB);
			struct stamps stamps = { 0 };

			read_stream(&stamps, cut, false, &seen);
			read_stream(&stamps, again, false, &seen);
			read_stream(&stamps, SIZE_MAX, true, &seen);
			assert_string_equal(seen.data, shown);
		}
}

static void lines_without_stamps_are_shown(void **state)
{
	auto_buf struct buf seen = BUF(4 * KIB);
	struct stamps stamps = { 0 };
	struct span text = span_of("no stamp\n\nx y\npart");

	(void)state;
	assert_int_equal(stamps_take(&stamps, &text, false, &seen), 0);
	assert_string_equal(seen.data, "no stamp\n\nx y\n");
	assert_span_is(text, "part");
}

static void a_full_buffer_stops_at_a_line(void **state)
{
	auto_buf struct buf seen = BUF(8);
	struct stamps stamps = { 0 };
	struct span text = span_of("12345\n12345\n");

	(void)state;
	assert_int_equal(stamps_take(&stamps, &text, false, &seen), -1);
	assert_string_equal(seen.data, "12345\n");
	assert_span_is(text, "12345\n");
	assert_int_equal(stamps.shown[0], 1);
}

static void stamps_that_are_kept_are_shown(void **state)
{
	for (size_t cut = 0; cut < sizeof(whole); cut++) {
		struct stamps stamps = { .keep = true };
		auto_buf struct buf seen = BUF(KIB);

		(void)state;
		read_stream(&stamps, cut, false, &seen);
		read_stream(&stamps, sizeof(whole), true, &seen);
		assert_span_is(buf_span(&seen), whole);
	}
}

int main(void)
{
	UNIT_TEST(cut_once);
	UNIT_TEST(cut_twice);
	UNIT_TEST(lines_without_stamps_are_shown);
	UNIT_TEST(a_full_buffer_stops_at_a_line);
	UNIT_TEST(stamps_that_are_kept_are_shown);
	return unit_run();
}
