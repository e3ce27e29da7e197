/* SPDX-License-Identifier: Apache-2.0 */
/* timestamp: a person's date in one of git's formats. */
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "git/facts/timestamp.h"

struct moment {
	struct tm parts; /* by the clock of the zone */
	int64_t seconds;
	char sign;
	int zone; /* minutes, without the sign */
	bool local;
};

static char *write_default(const struct moment *at)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
		"Aug", "Sep", "Oct", "Nov", "Dec" };
	const struct tm *tm = &at->parts;
	auto_free char *zone = mem_format(" %c%02d%02d", at->sign, at->zone / 60, at->zone % 60);

	return mem_format("%s %s %d %02d:%02d:%02d %d%s", days[tm->tm_wday], months[tm->tm_mon],
		tm->tm_mday, tm->tm_hour, tm->tm_min, tm->tm_sec, tm->tm_year + 1900,
		at->local ? "" : zone);
}

static char *write_rfc(const struct moment *at)
{
	char day[8], text[64];

	/* the day of the month has no leading zero, which strftime cannot do */
	(void)strftime(day, sizeof(day), "%a", &at->parts);
	(void)strftime(text, sizeof(text), "%b %Y %H:%M:%S", &at->parts);
	return mem_format("%s, %d %s %c%02d%02d", day, at->parts.tm_mday, text, at->sign,
		at->zone / 60, at->zone % 60);
}

static char *write_iso(const struct moment *at)
{
	char text[64];

	(void)strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &at->parts);
	return mem_format("%s %c%02d%02d", text, at->sign, at->zone / 60, at->zone % 60);
}

static char *write_iso_strict(const struct moment *at)
{
	char text[64];

	(void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &at->parts);
	if (at->zone == 0)
		return mem_format("%sZ", text);
	return mem_format("%s%c%02d:%02d", text, at->sign, at->zone / 60, at->zone % 60);
}

static char *write_short(const struct moment *at)
{
	char text[64];

	(void)strftime(text, sizeof(text), "%Y-%m-%d", &at->parts);
	return mem_copy_string(text);
}

static char *write_raw(const struct moment *at)
{
	return mem_format(
		"%lld %c%02d%02d", (long long)at->seconds, at->sign, at->zone / 60, at->zone % 60);
}

static char *write_unix(const struct moment *at)
{
	return mem_format("%lld", (long long)at->seconds);
}

static const struct {
	const char *name;
	char *(*write)(const struct moment *at);
} formats[] = {
	{ "default", write_default },
	{ "iso8601", write_iso },
	{ "iso", write_iso },
	{ "iso8601-strict", write_iso_strict },
	{ "iso-strict", write_iso_strict },
	{ "rfc2822", write_rfc },
	{ "rfc", write_rfc },
	{ "short", write_short },
	{ "raw", write_raw },
	{ "unix", write_unix },
};

/* The part of strftime's format that depends on what a struct tm does not hold in C17. */
static char *munge(const struct moment *at, struct span format)
{
	auto_buf struct buf text = BUF(LIMIT_REQUEST);
	auto_free char *zone = mem_format("%c%02d%02d", at->sign, at->zone / 60, at->zone % 60);
	auto_free char *seconds = write_unix(at);
	int room = 0;

	while (format.length && room == 0) {
		struct span one;

		if (span_take(&format, "%z"))
			room = buf_add_string(&text, zone);
		else if (span_take(&format, "%s"))
			room = buf_add_string(&text, seconds);
		else if (span_take(&format, "%Z"))
			room = at->local ? buf_add_string(&text, "UTC") : 0;
		else if (span_starts(format, "%%") && span_take_bytes(&format, 2, &one))
			room = buf_add_span(&text, one);
		else if (span_take_bytes(&format, 1, &one))
			room = buf_add_span(&text, one);
	}
	/* an empty result is told from one that did not fit by what stands behind it */
	room |= buf_add_string(&text, " ");
	return buf_detach(&text);
}

/* The format is the pipeline's author's: strftime bounds what it writes, whatever it says. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static char *write_format(const struct moment *at, struct span format)
{
	auto_free char *munged = munge(at, format);

	for (size_t size = 256; size <= LIMIT_REQUEST; size *= 2) {
		auto_free char *text = mem_alloc(size);
		size_t length = strftime(text, size, munged, &at->parts);

		if (length) {
			text[length - 1] = '\0';
			return TAKE(text);
		}
	}
	return mem_copy_string("");
}
#pragma GCC diagnostic pop

/* Its name, and whether it is of local time. */
static struct span base_of(struct span format, bool *local)
{
	*local = span_is(format, "local") || span_ends(format, "-local");
	if (span_is(format, "local"))
		return span_of("default");
	if (*local)
		format.length -= strlen("-local");
	return format;
}

int timestamp_check(const char *format, struct err *err)
{
	bool local;
	struct span name;

	if (!format || span_starts(span_of(format), "format:") ||
		span_starts(span_of(format), "format-local:"))
		return 0;
	name = base_of(span_of(format), &local);
	for (size_t i = 0; i < COUNT(formats); i++)
		if (span_is(name, formats[i].name))
			return 0;
	if (span_is(name, "relative") || span_is(name, "human"))
		return err_set(err, ERR_CONFIG,
			"params.timestamp_format: '%s' depends on when it is read: use iso8601, "
			"iso-strict, rfc, short, raw, unix, default or format:STRFTIME",
			format);
	return err_set(err, ERR_CONFIG,
		"params.timestamp_format: '%s' is not one of git's: use iso8601, iso-strict, rfc, "
		"short, raw, unix, default or format:STRFTIME",
		format);
}

static struct moment moment_of(const struct person *person, bool local)
{
	int zone = local ? 0 : person->zone_minutes;
	time_t clock = (time_t)(person->seconds + (int64_t)zone * 60);
	struct moment at = {
		.seconds = person->seconds,
		.sign = zone < 0 ? '-' : '+',
		.zone = zone < 0 ? -zone : zone,
		.local = local,
	};

	(void)gmtime_r(&clock, &at.parts);
	return at;
}

static char *write_by_name(const struct moment *at, struct span name)
{
	for (size_t i = 0; i < COUNT(formats); i++)
		if (span_is(name, formats[i].name))
			return formats[i].write(at);
	return mem_copy_string("");
}

char *timestamp_text(const struct person *person, const char *format)
{
	struct span rest = span_of(format ? format : "iso8601");
	bool local = span_take(&rest, "format-local:");
	struct moment at;

	if (local || span_take(&rest, "format:")) {
		at = moment_of(person, local);
		return write_format(&at, rest);
	}
	rest = base_of(rest, &local);
	at = moment_of(person, local);
	return write_by_name(&at, rest);
}
