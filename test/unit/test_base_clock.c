/* SPDX-License-Identifier: Apache-2.0 */
/* clock: RFC 3339 both ways, and what is not it. */
#include "unit.h"

#include "base/clock.h"

static const struct row {
	const char *name;
	const char *text;
	bool ok;
	int64_t ms;
} rows[] = {
	{ "Kubernetes' form", "2026-11-23T14:31:53Z", true, 1795444313000 },
	{ "the epoch", "1970-01-01T00:00:00Z", true, 0 },
	{ "nanoseconds, cut", "1970-01-01T00:00:00.123999999Z", true, 123 },
	{ "a tenth", "1970-01-01T00:00:00.5Z", true, 500 },
	{ "hundredths", "1970-01-01T00:00:00.07Z", true, 70 },
	{ "east of Greenwich", "1970-01-01T02:30:00+02:30", true, 0 },
	{ "west of Greenwich", "1969-12-31T19:00:00-05:00", false, 0 },
	{ "west, after the epoch", "1970-01-01T00:00:00-05:00", true, 18000000 },
	{ "east, into the day before", "2026-01-01T00:30:00+01:00", true, 1767223800000 },
	{ "small letters", "1970-01-01t00:00:01z", true, 1000 },
	{ "a space for the T", "1970-01-01 00:00:01Z", true, 1000 },
	{ "leap day", "2024-02-29T00:00:00Z", true, 1709164800000 },
	{ "leap day of 2000", "2000-02-29T00:00:00Z", true, 951782400000 },
	{ "leap second", "2016-12-31T23:59:60Z", true, 1483228800000 },
	{ "the last there is", "9999-12-31T23:59:59Z", true, 253402300799000 },
	{ "no leap day in 2026", "2026-02-29T00:00:00Z", false, 0 },
	{ "no leap day in 2100", "2100-02-29T00:00:00Z", false, 0 },
	{ "no 31st of April", "2026-04-31T00:00:00Z", false, 0 },
	{ "no day 0", "2026-04-00T00:00:00Z", false, 0 },
	{ "no day 32", "2026-01-32T00:00:00Z", false, 0 },
	{ "no month 13", "2026-13-01T00:00:00Z", false, 0 },
	{ "no month 0", "2026-00-01T00:00:00Z", false, 0 },
	{ "no hour 24", "2026-01-01T24:00:00Z", false, 0 },
	{ "no minute 60", "2026-01-01T00:60:00Z", false, 0 },
	{ "no second 61", "2026-01-01T00:00:61Z", false, 0 },
	{ "no zone", "2026-01-01T00:00:00", false, 0 },
	{ "zone without colon", "2026-01-01T00:00:00+0100", false, 0 },
	{ "no zone of 24 hours", "2026-01-01T00:00:00+24:00", false, 0 },
	{ "no fraction behind the dot", "2026-01-01T00:00:00.Z", false, 0 },
	{ "more behind it", "2026-01-01T00:00:00Z ", false, 0 },
	{ "white space in front", " 2026-01-01T00:00:00Z", false, 0 },
	{ "year of two digits", "26-01-01T00:00:00Z", false, 0 },
	{ "a sign in a field", "2026-01-+1T00:00:00Z", false, 0 },
	{ "a date alone", "2026-01-01", false, 0 },
	{ "nothing", "", false, 0 },
};

static void parse(void **state)
{
	const struct row *row = *state;
	int64_t ms = -4711;

	assert_int_equal(clock_parse_rfc3339(span_of(row->text), &ms), row->ok);
	assert_true(ms == (row->ok ? row->ms : -4711));
}

static void every_shorter_text_is_refused(void **state)
{
	static const char text[] = "2026-11-23T14:31:53.250+01:30";
	int64_t ms = 0;
	(void)state;

	for (size_t length = 0; length < strlen(text); length++)
		assert_false(clock_parse_rfc3339((struct span){ text, length }, &ms));
	assert_true(clock_parse_rfc3339(span_of(text), &ms));
	assert_true(ms == 1795438913250);
}

static void writes_what_it_reads(void **state)
{
	static const int64_t times[] = { 0, 1795444313000, 951782400000, 253402300799000 };
	char text[CLOCK_RFC3339_SIZE];
	int64_t ms;
	(void)state;

	for (size_t i = 0; i < COUNT(times); i++) {
		clock_format_rfc3339(times[i] + 999, text);
		assert_int_equal(strlen(text), 20);
		assert_true(clock_parse_rfc3339(span_of(text), &ms));
		assert_true(ms == times[i]);
	}
	clock_format_rfc3339(1795444313000, text);
	assert_string_equal(text, "2026-11-23T14:31:53Z");
}

static void sleeps_as_long_as_asked(void **state)
{
	int64_t start = clock_monotonic_ms();
	(void)state;

	clock_sleep_ms(-1);
	clock_sleep_ms(0);
	clock_sleep_ms(30);
	assert_in_range(clock_monotonic_ms() - start, 29, 5000);
	assert_true(clock_wall_ms() > 1700000000000);
}

static const struct duration {
	const char *name;
	const char *text;
	bool ok;
	int64_t ms;
} durations[] = {
	{ "seconds", "55s", true, 55000 },
	{ "a number is of seconds", "55", true, 55000 },
	{ "none", "0", true, 0 },
	{ "milliseconds", "1500ms", true, 1500 },
	{ "all units", "1h2m3s4ms", true, 3723004 },
	{ "nothing", "", false, 0 },
	{ "a unit alone", "s", false, 0 },
	{ "a number behind a unit", "1m30", false, 0 },
	{ "another unit", "1d", false, 0 },
	{ "a sign", "-1s", false, 0 },
	{ "a fraction", "1.5s", false, 0 },
	{ "a blank", "1 s", false, 0 },
	{ "more than a year", "9000h", false, 0 },
	{ "more than a number holds", "99999999999999999999999s", false, 0 },
};

static void duration(void **state)
{
	const struct duration *row = *state;
	int64_t ms = -1;

	assert_int_equal(clock_parse_duration(span_of(row->text), &ms), row->ok);
	assert_int_equal(ms, row->ok ? row->ms : -1);
}

int main(void)
{
	UNIT_ROWS(parse, rows);
	UNIT_ROWS(duration, durations);
	UNIT_TEST(every_shorter_text_is_refused);
	UNIT_TEST(writes_what_it_reads);
	UNIT_TEST(sleeps_as_long_as_asked);
	return unit_run();
}
