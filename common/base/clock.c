/* SPDX-License-Identifier: Apache-2.0 */
/* clock: time in milliseconds, and RFC 3339. */
#define _GNU_SOURCE /* timegm */
#include <poll.h>
#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "base/stop.h"

static int64_t read_clock(clockid_t id)
{
	struct timespec now = { 0 };

	(void)clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_monotonic_ms(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t clock_wall_ms(void)
{
	return read_clock(CLOCK_REALTIME);
}

static bool take_field(struct span *text, size_t digits, int64_t min, int64_t max, int *value)
{
	uint64_t number;
	struct span field;

	if (!span_take_bytes(text, digits, &field) ||
		!span_take_number(&field, (uint64_t)max, &number) || field.length ||
		(int64_t)number < min)
		return false;
	*value = (int)number;
	return true;
}

/* timegm() takes the 31st of April for the 1st of May. */
static bool is_day_of_month(const struct tm *tm)
{
	struct tm day = { .tm_year = tm->tm_year, .tm_mon = tm->tm_mon, .tm_mday = tm->tm_mday };

	(void)timegm(&day);
	return day.tm_mday == tm->tm_mday;
}

static bool take_date_and_time(struct span *text, struct tm *tm)
{
	if (!take_field(text, 4, 1970, 9999, &tm->tm_year) || !span_take(text, "-") ||
		!take_field(text, 2, 1, 12, &tm->tm_mon) || !span_take(text, "-") ||
		!take_field(text, 2, 1, 31, &tm->tm_mday) ||
		!(span_take(text, "T") || span_take(text, "t") || span_take(text, " ")) ||
		!take_field(text, 2, 0, 23, &tm->tm_hour) || !span_take(text, ":") ||
		!take_field(text, 2, 0, 59, &tm->tm_min) || !span_take(text, ":") ||
		!take_field(text, 2, 0, 60, &tm->tm_sec))
		return false;
	tm->tm_year -= 1900;
	tm->tm_mon -= 1;
	return is_day_of_month(tm);
}

/* ".123456789" as milliseconds; without a fraction 0. */
static bool take_fraction(struct span *text, int *ms)
{
	int scale = 100;
	int sum = 0;

	*ms = 0;
	if (!span_take(text, "."))
		return true;
	if (!text->length || text->data[0] < '0' || text->data[0] > '9')
		return false;
	for (; text->length && text->data[0] >= '0' && text->data[0] <= '9'; scale /= 10) {
		sum += (text->data[0] - '0') * scale;
		text->data++;
		text->length--;
	}
	*ms = sum;
	return true;
}

static bool take_zone(struct span *text, int *minutes)
{
	bool west;
	int hour;
	int minute;

	*minutes = 0;
	if (span_take(text, "Z") || span_take(text, "z"))
		return true;
	west = span_starts(*text, "-");
	if (!span_take(text, west ? "-" : "+") || !take_field(text, 2, 0, 23, &hour) ||
		!span_take(text, ":") || !take_field(text, 2, 0, 59, &minute))
		return false;
	*minutes = (west ? -1 : 1) * (hour * 60 + minute);
	return true;
}

bool clock_parse_rfc3339(struct span text, int64_t *ms)
{
	struct tm tm = { 0 };
	int fraction;
	int zone;

	if (!take_date_and_time(&text, &tm) || !take_fraction(&text, &fraction) ||
		!take_zone(&text, &zone) || text.length)
		return false;
	*ms = ((int64_t)timegm(&tm) - (int64_t)zone * 60) * 1000 + fraction;
	return true;
}

void clock_format_rfc3339(int64_t ms, char text[static CLOCK_RFC3339_SIZE])
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm = { 0 };

	(void)gmtime_r(&seconds, &tm);
	if (!strftime(text, CLOCK_RFC3339_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm))
		text[0] = '\0';
}

/* A number and its unit, or, `alone`, none. */
static bool take_part(struct span *text, bool alone, int64_t *ms)
{
	static const struct {
		const char *name;
		int64_t ms;
	} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60 * 1000 }, { "h", 60 * 60 * 1000 } };
	const uint64_t max = 366 * 24 * 60 * 60;
	uint64_t number;

	if (!span_take_number(text, max, &number))
		return false;
	if (alone && !text->length) {
		*ms = (int64_t)number * 1000;
		return true;
	}
	for (size_t i = 0; i < COUNT(units); i++) {
		if (!span_take(text, units[i].name))
			continue;
		*ms += (int64_t)number * units[i].ms;
		return true;
	}
	return false;
}

bool clock_parse_duration(struct span text, int64_t *ms)
{
	const int64_t max = 366ll * 24 * 60 * 60 * 1000;
	int64_t sum = 0;

	for (bool first = true; first || text.length; first = false)
		if (!take_part(&text, first, &sum) || sum > max)
			return false;
	*ms = sum;
	return true;
}

void clock_sleep_ms(int64_t ms)
{
	int64_t until = clock_monotonic_ms() + ms;
	struct pollfd stop = { .fd = stop_fd(), .events = POLLIN };

	while (!stop_requested()) {
		int64_t left = until - clock_monotonic_ms();

		if (left <= 0)
			return;
		(void)poll(&stop, 1, left > INT32_MAX ? INT32_MAX : (int)left);
	}
}
