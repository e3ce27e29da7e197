/* SPDX-License-Identifier: Apache-2.0 */
/* base64: RFC 4648's alphabets. */
#include <string.h>

#include "base/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* The value of a digit, or -1. */
static int digit_value(char c)
{
	const char *at = c ? strchr(alphabet, c) : NULL;

	return at ? (int)(at - alphabet) : -1;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The digits of `text` into `bytes`; `text` then holds what follows the last of them. */
static size_t take_digits(struct span *text, char *bytes, size_t *length)
{
	uint32_t bits = 0;
	size_t digits = 0;

	for (; text->length; text->data++, text->length--) {
		int value = digit_value(text->data[0]);

		if (value < 0 && is_space(text->data[0]))
			continue;
		if (value < 0)
			break;
		bits = (bits << 6) | (uint32_t)value;
		/* the first digit of four completes no byte, each of the others one */
		if (digits++ % 4)
			bytes[(*length)++] = (char)(bits >> (6 - 2 * ((digits - 1) % 4)) & 0xff);
	}
	return digits;
}

/* After `digits` digits, nothing but the padding that belongs there, or none at all. */
static bool is_padding(struct span text, size_t digits)
{
	size_t padding = 0;

	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] == '=')
			padding++;
		else if (!is_space(text.data[i]))
			return false;
	}
	return digits % 4 != 1 && (padding == 0 || (digits + padding) % 4 == 0) && padding <= 2;
}

bool base64_decode(struct span text, struct buf *bytes)
{
	char *end = buf_reserve(bytes, text.length - text.length / 4);
	size_t length = 0;
	size_t digits;

	if (!end)
		return false;
	digits = take_digits(&text, end, &length);
	if (!is_padding(text, digits)) {
		end[0] = '\0';
		return false;
	}
	bytes->length += length;
	bytes->data[bytes->length] = '\0';
	return true;
}

bool base64_encode(struct span bytes, bool padded, struct buf *text)
{
	char *end = buf_reserve(text, (bytes.length / 3 + 1) * 4);
	size_t length = 0;

	if (!end)
		return false;
	for (size_t i = 0; i < bytes.length; i += 3) {
		size_t left = bytes.length - i;
		uint32_t bits = (uint32_t)(unsigned char)bytes.data[i] << 16;

		if (left > 1)
			bits |= (uint32_t)(unsigned char)bytes.data[i + 1] << 8;
		if (left > 2)
			bits |= (uint32_t)(unsigned char)bytes.data[i + 2];
		for (size_t digit = 0; digit < 4; digit++) {
			if (digit <= left)
				end[length++] = alphabet[bits >> (18 - 6 * digit) & 63];
			else if (padded)
				end[length++] = '=';
		}
	}
	text->length += length;
	text->data[text->length] = '\0';
	return true;
}

static void replace(struct buf *text, size_t start, const char from[static 2], const char *to)
{
	for (char *c = text->data + start; c < text->data + text->length; c++)
		for (int i = 0; i < 2; i++)
			if (*c == from[i]) {
				*c = to[i];
				break;
			}
}

bool base64url_encode(struct span bytes, struct buf *to)
{
	size_t start = to->length;

	if (!base64_encode(bytes, false, to))
		return false;
	replace(to, start, "+/", "-_");
	return true;
}

bool base64url_decode(struct span text, struct buf *to)
{
	auto_buf struct buf plain = BUF_SECRET(text.length + 1);

	for (size_t i = 0; i < text.length; i++)
		if (text.data[i] == '+' || text.data[i] == '/')
			return false;
	if (buf_add_span(&plain, text) < 0)
		return false;
	replace(&plain, 0, "-_", "+/");
	return base64_decode(buf_span(&plain), to);
}
