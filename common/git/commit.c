/* SPDX-License-Identifier: Apache-2.0 */
/* commit: the text of a commit object, read in place. */
#define _DEFAULT_SOURCE /* gmtime_r */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "git/commit.h"

/* The years of a struct tm end there, nearly; sums of some such times do not overflow. */
#define SECONDS_MAX 67000000000000000u

/* The last `>` ends the mail: names and mails hold anything but line ends. */
static const char *last_of(struct span text, char c)
{
	for (size_t i = text.length; i > 0; i--)
		if (text.data[i - 1] == c)
			return text.data + i - 1;
	return NULL;
}

static int parse_zone(struct span text)
{
	bool west = span_take(&text, "-");
	uint64_t number;

	if (!west)
		(void)span_take(&text, "+");
	if (!span_take_number(&text, 9999, &number))
		return 0;
	return (west ? -1 : 1) * (int)(number / 100 * 60 + number % 100);
}

static void parse_time(struct person *person, struct span text)
{
	bool negative;
	uint64_t seconds;

	text = span_trim(text);
	negative = span_take(&text, "-");
	if (!span_take_number(&text, SECONDS_MAX, &seconds))
		return;
	person->seconds = negative ? -(int64_t)seconds : (int64_t)seconds;
	person->zone_minutes = parse_zone(span_trim(text));
}

static struct person parse_person(struct span line)
{
	const char *end = line.data + line.length;
	const char *close = last_of(line, '>');
	const char *open = memchr(line.data, '<', line.length);
	struct person person = { 0 };

	person.name = span_trim(line);
	person.mail = span_of("");
	if (!open || !close || close < open)
		return person;
	person.name = span_trim((struct span){ line.data, (size_t)(open - line.data) });
	person.mail = (struct span){ open + 1, (size_t)(close - open) - 1 };
	parse_time(&person, (struct span){ close + 1, (size_t)(end - close) - 1 });
	return person;
}

bool commit_next_parent(struct span *parents, struct oid *oid)
{
	struct span rest = *parents;

	if (!span_take(&rest, "parent ") || !oid_take(&rest, oid) || !span_take(&rest, "\n"))
		return false;
	*parents = rest;
	return true;
}

static bool take_parents(struct span *text, struct commit *commit)
{
	struct span from = *text;
	struct oid parent;

	while (span_starts(*text, "parent ")) {
		if (!commit_next_parent(text, &parent))
			return false;
		if (commit->parent_count++ == 0)
			commit->first_parent = parent;
	}
	commit->parents = (struct span){ from.data, from.length - text->length };
	return true;
}

/* A line by LF alone: CR belongs to the text. */
static bool take_line(struct span *text, struct span *line)
{
	if (!span_take_until(text, "\n", line)) {
		*line = *text;
		text->length = 0;
		return line->length > 0;
	}
	return span_take(text, "\n");
}

bool commit_parse(struct span text, struct commit *commit)
{
	struct commit found = { .message = { "", 0 } };
	struct span line;

	if (!span_take(&text, "tree ") || !oid_take(&text, &found.tree) ||
		!span_take(&text, "\n") || !take_parents(&text, &found))
		return false;
	while (take_line(&text, &line) && line.length) {
		if (span_take(&line, "author "))
			found.author = parse_person(line);
		else if (span_take(&line, "committer "))
			found.committer = parse_person(line);
	}
	found.message = text;
	*commit = found;
	return true;
}

bool commit_parse_tagger(struct span tag, struct person *tagger)
{
	struct person found = { .name = { "", 0 }, .mail = { "", 0 } };
	struct span line;

	if (!span_starts(tag, "object "))
		return false;
	while (take_line(&tag, &line) && line.length)
		if (span_take(&line, "tagger "))
			found = parse_person(line);
	*tagger = found;
	return true;
}

void person_date(const struct person *person, char text[static PERSON_DATE_SIZE])
{
	time_t local = (time_t)(person->seconds + (int64_t)person->zone_minutes * 60);
	int zone = person->zone_minutes < 0 ? -person->zone_minutes : person->zone_minutes;
	struct tm parts = { 0 };

	(void)gmtime_r(&local, &parts);
	(void)snprintf(text, PERSON_DATE_SIZE, "%04d-%02d-%02d %02d:%02d:%02d %c%02d%02d",
		parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min,
		parts.tm_sec, person->zone_minutes < 0 ? '-' : '+', zone / 60, zone % 60);
}
