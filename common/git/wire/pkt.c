/* SPDX-License-Identifier: Apache-2.0 */
/* pkt: the pkt-line framing of git's wire protocol. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "git/wire/pkt.h"
#include "git/wire/words.h"

enum { LENGTH_DIGITS = 4 };

void pkt_reader_init(struct pkt_reader *reader, pkt_source *source, void *context)
{
	reader->source = source;
	reader->context = context;
	reader->start = 0;
	reader->end = 0;
}

static size_t buffered(const struct pkt_reader *reader)
{
	return reader->end - reader->start;
}

/* Until `wanted` bytes are there: 1, or 0 where the stream ended before, or -1. */
static int fill(struct pkt_reader *reader, size_t wanted, struct err *err)
{
	if (buffered(reader) >= wanted)
		return 1;
	memmove(reader->buffer, reader->buffer + reader->start, buffered(reader));
	reader->end = buffered(reader);
	reader->start = 0;
	while (reader->end < wanted) {
		long count = reader->source(reader->context, reader->buffer + reader->end,
			sizeof(reader->buffer) - reader->end, err);

		if (count < 0)
			return -1;
		if (count == 0)
			return 0;
		reader->end += (size_t)count;
	}
	return 1;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The length in front of the buffered bytes, or -1 where there is none. */
static int length_of(const char *digits)
{
	int length = 0;

	for (int i = 0; i < LENGTH_DIGITS; i++) {
		int digit = hex_digit(digits[i]);

		if (digit < 0)
			return -1;
		length = length * 16 + digit;
	}
	return length;
}

static int bad_length(const char *digits, struct err *err)
{
	auto_free char *shown = words_of((struct span){ digits, LENGTH_DIGITS });

	return err_set(err, ERR_REMOTE,
		"the answer is not git's protocol: a packet begins with '%s'", shown);
}

static int cut_short(struct err *err)
{
	return err_set(err, ERR_NETWORK, "the answer ends in the middle of a packet");
}

static int check_error_packet(struct span payload, struct err *err)
{
	auto_free char *shown = NULL;

	if (!span_take(&payload, "ERR "))
		return PKT_DATA;
	shown = words_of(payload);
	return err_set(err, ERR_REMOTE, "the server says: %s", shown);
}

int pkt_read(struct pkt_reader *reader, struct span *payload, struct err *err)
{
	int there = fill(reader, LENGTH_DIGITS, err);
	const char *packet;
	int length;

	if (there < 0)
		return -1;
	if (!there && buffered(reader))
		return cut_short(err);
	*payload = (struct span){ "", 0 };
	if (!there)
		return PKT_END_OF_STREAM;
	packet = reader->buffer + reader->start;
	length = length_of(packet);
	if (length < 0 || length == 3 || length > PKT_MAX)
		return bad_length(packet, err);
	if (length < LENGTH_DIGITS) {
		reader->start += LENGTH_DIGITS;
		return length == 0 ? PKT_FLUSH : length == 1 ? PKT_DELIM : PKT_RESPONSE_END;
	}
	there = fill(reader, (size_t)length, err);
	if (there < 0)
		return -1;
	if (!there)
		return cut_short(err);
	*payload = (struct span){ reader->buffer + reader->start + LENGTH_DIGITS,
		(size_t)length - LENGTH_DIGITS };
	reader->start += (size_t)length;
	return check_error_packet(*payload, err);
}

int pkt_read_line(struct pkt_reader *reader, struct span *line, struct err *err)
{
	struct span payload;
	int kind = pkt_read(reader, &payload, err);

	if (kind < 0)
		return -1;
	if (payload.length && payload.data[payload.length - 1] == '\n')
		payload.length--;
	*line = payload;
	return kind;
}

int pkt_read_item(struct pkt_reader *reader, struct span *line, const char *what, struct err *err)
{
	int kind = pkt_read_line(reader, line, err);

	if (kind < 0)
		return -1;
	if (kind != PKT_DATA && kind != PKT_FLUSH)
		return err_set(err, ERR_REMOTE, "the server's list of %s has no end", what);
	return kind == PKT_DATA;
}

long pkt_read_raw(struct pkt_reader *reader, char *data, size_t size, struct err *err)
{
	size_t count = buffered(reader) < size ? buffered(reader) : size;

	if (!count)
		return reader->source(reader->context, data, size, err);
	memcpy(data, reader->buffer + reader->start, count);
	reader->start += count;
	return (long)count;
}

long pkt_source_span(void *context, char *data, size_t size, struct err *err)
{
	struct span *left = context;
	size_t count = left->length < size ? left->length : size;

	(void)err;
	if (!count)
		return 0;
	memcpy(data, left->data, count);
	left->data += count;
	left->length -= count;
	return (long)count;
}

static int too_long(struct err *err)
{
	return err_set(err, ERR_INTERNAL, "a request to the git server became too long");
}

int pkt_add(struct buf *out, struct span payload, struct err *err)
{
	size_t before = out->length;

	if (payload.length > PKT_PAYLOAD_MAX)
		return too_long(err);
	if (buf_format(out, "%04zx", payload.length + LENGTH_DIGITS) < 0)
		return too_long(err);
	if (buf_add_span(out, payload) < 0) {
		out->length = before;
		out->data[before] = '\0';
		return too_long(err);
	}
	return 0;
}

int pkt_format(struct buf *out, struct err *err, const char *format, ...)
{
	char text[4096];
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (length < 0 || (size_t)length >= sizeof(text))
		return too_long(err);
	return pkt_add(out, (struct span){ text, (size_t)length }, err);
}

int pkt_add_flush(struct buf *out, struct err *err)
{
	return buf_add_string(out, "0000") < 0 ? too_long(err) : 0;
}

int pkt_add_delim(struct buf *out, struct err *err)
{
	return buf_add_string(out, "0001") < 0 ? too_long(err) : 0;
}
