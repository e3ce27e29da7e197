/* SPDX-License-Identifier: Apache-2.0 */
/* stamps: lines with a timestamp in front, and where to go on among them after a cut. */
#include <string.h>

#include "kube/stamps.h"

bool stamps_resume(struct stamps *stamps, char since[static CLOCK_RFC3339_SIZE])
{
	stamps->to_skip = 0;
	for (size_t i = 0; i < STAMPS_SECONDS; i++)
		stamps->to_skip += stamps->shown[i];
	if (!stamps->to_skip || !stamps->newest)
		return false;
	clock_format_rfc3339((stamps->newest - (STAMPS_SECONDS - 1)) * 1000, since);
	return true;
}

enum { LAST_LENGTH = STAMPS_LAST_SIZE - 1 };

/* Most stamps are of the second of the one before, and are not worth a calendar. */
static bool take_last(const struct stamps *stamps, struct span *line)
{
	size_t at = LAST_LENGTH;

	if (line->length < LAST_LENGTH || memcmp(line->data, stamps->last, LAST_LENGTH) != 0)
		return false;
	if (at < line->length && line->data[at] == '.')
		at++;
	while (at < line->length && line->data[at] >= '0' && line->data[at] <= '9')
		at++;
	if (line->length - at < 2 || line->data[at] != 'Z' || line->data[at + 1] != ' ' ||
		line->data[at - 1] == '.')
		return false;
	line->data += at + 2;
	line->length -= at + 2;
	return true;
}

static void remember(struct stamps *stamps, struct span stamp, int64_t second)
{
	if (stamp.length < LAST_LENGTH || !span_ends(stamp, "Z"))
		return;
	memcpy(stamps->last, stamp.data, LAST_LENGTH);
	stamps->last_second = second;
}

/* "2026-11-23T14:31:53.123456789Z " off the line; one without counts to the newest second. */
static int64_t take_stamp(struct stamps *stamps, struct span *line)
{
	struct span rest = *line;
	struct span stamp;
	int64_t ms;

	if (take_last(stamps, line))
		return stamps->last_second;
	if (!span_take_until(&rest, " ", &stamp) || !clock_parse_rfc3339(stamp, &ms))
		return stamps->newest;
	(void)span_take(&rest, " ");
	*line = rest;
	remember(stamps, stamp, ms / 1000);
	return ms / 1000;
}

static void count(struct stamps *stamps, int64_t second)
{
	/* those of the seconds that are too old now are not asked for any more */
	for (; stamps->newest < second; stamps->newest++) {
		if (second - stamps->newest > STAMPS_SECONDS)
			stamps->newest = second - STAMPS_SECONDS;
		memmove(&stamps->shown[1], &stamps->shown[0],
			(STAMPS_SECONDS - 1) * sizeof(stamps->shown[0]));
		stamps->shown[0] = 0;
	}
	if (stamps->newest - second < STAMPS_SECONDS)
		stamps->shown[stamps->newest - second]++;
}

static int take_line(struct stamps *stamps, struct span line, struct buf *lines)
{
	struct span shown = line;
	int64_t second = take_stamp(stamps, &line);

	if (stamps->to_skip) {
		stamps->to_skip--;
		return 0;
	}
	if (buf_add_span(lines, stamps->keep ? shown : line) < 0)
		return -1;
	count(stamps, second);
	return 0;
}

/* The line at the front of `text` with its newline, or all of it if it is the last. */
static bool next_line(struct span text, bool last, struct span *line)
{
	const char *end = text.length ? memchr(text.data, '\n', text.length) : NULL;

	if (end)
		*line = (struct span){ text.data, (size_t)(end - text.data) + 1 };
	else
		*line = text;
	return end || (last && text.length);
}

int stamps_take(struct stamps *stamps, struct span *text, bool last, struct buf *lines)
{
	struct span line;

	while (next_line(*text, last, &line)) {
		if (take_line(stamps, line, lines) < 0)
			return -1;
		text->data += line.length;
		text->length -= line.length;
	}
	return 0;
}
