/* SPDX-License-Identifier: Apache-2.0 */
/* config: git's configuration format, as git's own reader takes it (config.c there). */
#include <ctype.h>

#include "git/config.h"

void config_reader_init(struct config_reader *reader, struct span text)
{
	/* nothing that is read is longer than the text, but for the dots of a key */
	size_t max = text.length + 2;

	*reader = (struct config_reader){
		.left = text,
		.line = 1,
		.section = BUF(max),
		.key = BUF(max),
		.value = BUF(max),
	};
	(void)span_take(&reader->left, "\xef\xbb\xbf");
}

void config_reader_release(struct config_reader *reader)
{
	buf_release(&reader->section);
	buf_release(&reader->key);
	buf_release(&reader->value);
}

/* CR LF is one line break, and so is the end of the text. */
static int next(struct config_reader *reader)
{
	struct span byte = SPAN_LITERAL("\n");

	if (!span_take(&reader->left, "\r\n") && !span_take_bytes(&reader->left, 1, &byte))
		reader->ended = true;
	reader->line += reader->line_ended;
	reader->line_ended = byte.data[0] == '\n';
	return (unsigned char)byte.data[0];
}

static bool is_blank(int c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_of_name(int c)
{
	return isalnum(c) || c == '-';
}

static int add(struct buf *out, int c)
{
	char byte = (char)c;

	return buf_add(out, &byte, 1);
}

/* ' "name"]', of which the first blank was read. */
static int read_subsection(struct config_reader *reader, int c)
{
	while (c == ' ' || c == '\t' || c == '\r')
		c = next(reader);
	if (c != '"' || add(&reader->section, '.') < 0)
		return -1;
	while ((c = next(reader)) != '"') {
		if (c == '\\')
			c = next(reader);
		if (c == '\n' || add(&reader->section, c) < 0)
			return -1;
	}
	return next(reader) == ']' ? 0 : -1;
}

/* What follows '['. */
static int read_section(struct config_reader *reader)
{
	int c;

	buf_clear(&reader->section);
	while ((c = next(reader)) != ']') {
		if (is_blank(c))
			return read_subsection(reader, c);
		if ((!is_of_name(c) && c != '.') || add(&reader->section, tolower(c)) < 0)
			return -1;
	}
	return 0;
}

/* The character for what follows a backslash; 0 where nothing may. A line break is none at all. */
static int unescape(int c)
{
	static const char from[] = "tbn\\\"", to[] = "\t\b\n\\\"";

	for (size_t i = 0; from[i]; i++)
		if (c == from[i])
			return to[i];
	return 0;
}

/* What follows '=', up to the end of the line. Its length is put into `end`: blanks behind it are none. */
static int read_value(struct config_reader *reader, size_t *end)
{
	struct buf *value = &reader->value;
	bool quoted = false, comment = false;

	buf_clear(value);
	*end = 0;
	for (int c = next(reader); c != '\n' || quoted; c = next(reader)) {
		bool plain = !quoted && is_blank(c);

		comment |= !quoted && (c == ';' || c == '#');
		if (comment || (plain && !value->length))
			continue;
		if (c == '\n')
			return -1;
		if (c == '"') {
			quoted = !quoted;
			continue;
		}
		if (c == '\\') {
			c = next(reader);
			if (c == '\n' && !reader->ended)
				continue;
			c = unescape(c);
		}
		if (c == 0 || add(value, c) < 0)
			return -1;
		if (!plain)
			*end = value->length;
	}
	return 0;
}

/* A name that begins with `c`, and its value. */
static int read_assignment(struct config_reader *reader, struct config_entry *entry, int c)
{
	struct buf *key = &reader->key;
	size_t end = 0;

	buf_clear(key);
	if (reader->section.length &&
		(buf_add_span(key, buf_span(&reader->section)) < 0 || add(key, '.') < 0))
		return -1;
	for (; is_of_name(c); c = next(reader))
		if (add(key, tolower(c)) < 0)
			return -1;
	while (c == ' ' || c == '\t')
		c = next(reader);
	if (c != '\n' && (c != '=' || read_value(reader, &end) < 0))
		return -1;
	*entry = (struct config_entry){
		.key = buf_span(key),
		.value = { end ? reader->value.data : "", end },
		.has_value = c == '=',
	};
	return 1;
}

static int read_next(struct config_reader *reader, struct config_entry *entry)
{
	bool comment = false;

	for (;;) {
		int c = next(reader);

		if (reader->ended)
			return 0;
		if (c == '\n')
			comment = false;
		if (comment || is_blank(c))
			continue;
		if (c == '#' || c == ';')
			comment = true;
		else if (isalpha(c))
			return read_assignment(reader, entry, c);
		else if (c != '[' || read_section(reader) < 0)
			return -1;
	}
}

int config_next(struct config_reader *reader, struct config_entry *entry, struct err *err)
{
	int status = read_next(reader, entry);

	if (status < 0)
		return err_set(err, ERR_REMOTE, "line %zu is not in git's configuration format",
			reader->line);
	return status;
}
