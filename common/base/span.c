/* SPDX-License-Identifier: Apache-2.0 */
/* span: borrowed bytes and the cursor that parsers move. */
#include <string.h>

#include "base/mem.h"
#include "base/span.h"

struct span span_of(const char *text)
{
	return (struct span){ text ? text : "", text ? strlen(text) : 0 };
}

bool span_equal(struct span a, struct span b)
{
	return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

bool span_is(struct span span, const char *text)
{
	return span_equal(span, span_of(text));
}

bool span_starts(struct span span, const char *prefix)
{
	size_t length = strlen(prefix);

	return span.length >= length &&
		span_equal((struct span){ span.data, length }, span_of(prefix));
}

bool span_ends(struct span span, const char *suffix)
{
	size_t length = strlen(suffix);

	return span.length >= length &&
		span_equal((struct span){ span.data + (span.length - length), length },
			span_of(suffix));
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct span span_trim(struct span span)
{
	while (span.length && is_space(span.data[0])) {
		span.data++;
		span.length--;
	}
	while (span.length && is_space(span.data[span.length - 1]))
		span.length--;
	return span;
}

char *span_copy(struct span span)
{
	return mem_copy(span.data, span.length);
}

static struct span advance(struct span *from, size_t length)
{
	struct span taken = { from->data, length };

	if (length) /* nothing may be added to the NULL of an empty span, not even 0 */
		from->data += length;
	from->length -= length;
	return taken;
}

bool span_take(struct span *from, const char *text)
{
	if (!span_starts(*from, text))
		return false;
	(void)advance(from, strlen(text));
	return true;
}

bool span_take_bytes(struct span *from, size_t length, struct span *taken)
{
	if (from->length < length)
		return false;
	*taken = advance(from, length);
	return true;
}

bool span_take_until(struct span *from, const char *stops, struct span *taken)
{
	for (size_t i = 0; i < from->length; i++) {
		if (from->data[i] && strchr(stops, from->data[i])) {
			*taken = advance(from, i);
			return true;
		}
	}
	return false;
}

bool span_take_line(struct span *from, struct span *line)
{
	const char *end;

	if (!from->length)
		return false;
	end = memchr(from->data, '\n', from->length);
	*line = advance(from, end ? (size_t)(end - from->data) : from->length);
	if (end)
		(void)advance(from, 1);
	if (line->length && line->data[line->length - 1] == '\r')
		line->length--;
	return true;
}

bool span_take_number(struct span *from, uint64_t max, uint64_t *value)
{
	uint64_t sum = 0;
	size_t i = 0;

	for (; i < from->length && from->data[i] >= '0' && from->data[i] <= '9'; i++) {
		uint64_t digit = (uint64_t)(from->data[i] - '0');

		if (sum > (UINT64_MAX - digit) / 10)
			return false;
		sum = sum * 10 + digit;
	}
	if (i == 0 || sum > max)
		return false;
	(void)advance(from, i);
	*value = sum;
	return true;
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool span_take_hex(struct span *from, size_t length, struct span *taken)
{
	if (from->length < length)
		return false;
	for (size_t i = 0; i < length; i++)
		if (!is_hex(from->data[i]))
			return false;
	*taken = advance(from, length);
	return true;
}
