/* SPDX-License-Identifier: Apache-2.0 */
/* similar: how much of one file is in another. The numbers are git's. */
#include <string.h>

#include "base/mem.h"
#include "git/combine/similar.h"

enum { HASHES = 107927, PIECE_MAX = 64, BINARY_LOOK = 8000 };

static bool is_text(struct span text)
{
	size_t length = text.length < BINARY_LOOK ? text.length : BINARY_LOOK;

	return length == 0 || !memchr(text.data, '\0', length);
}

/* Take the next piece, without the CR of a line's end; its length is not 0 unless nothing is left. */
static uint32_t take_piece(struct span *text, bool skip_cr, struct piece *piece)
{
	uint32_t high = 0, low = 0, length = 0;

	while (text->length && length < PIECE_MAX) {
		uint32_t before = high;
		unsigned char byte = (unsigned char)*text->data++;

		text->length--;
		if (skip_cr && byte == '\r' && text->length && *text->data == '\n')
			continue;
		high = high << 7 ^ low >> 25;
		low = low << 7 ^ before >> 25;
		high += byte;
		length++;
		if (byte == '\n')
			break;
	}
	*piece = (struct piece){ (high + low * 0x61) % HASHES, length };
	return length;
}

void pieces_of(struct pieces *pieces, struct span text)
{
	auto_free uint32_t *bytes = mem_alloc(HASHES * sizeof(*bytes));
	bool skip_cr = is_text(text);
	struct piece piece;

	*pieces = (struct pieces){ .size = text.length };
	while (take_piece(&text, skip_cr, &piece)) {
		pieces->count += !bytes[piece.hash];
		bytes[piece.hash] += piece.bytes;
	}
	pieces->items = mem_alloc(pieces->count * sizeof(*pieces->items));
	pieces->count = 0;
	for (uint32_t hash = 0; hash < HASHES; hash++)
		if (bytes[hash])
			pieces->items[pieces->count++] = (struct piece){ hash, bytes[hash] };
}

void pieces_release(struct pieces *pieces)
{
	free(pieces->items);
	*pieces = (struct pieces){ 0 };
}

bool similar_never(size_t from, size_t to)
{
	double larger = (double)(from > to ? from : to);
	double smaller = (double)(from > to ? to : from);

	return larger * (SIMILAR_WHOLE - SIMILAR_LEAST) < (larger - smaller) * SIMILAR_WHOLE;
}

static uint64_t shared(const struct pieces *from, const struct pieces *to)
{
	uint64_t bytes = 0;

	for (size_t i = 0, j = 0; i < from->count && j < to->count;) {
		struct piece a = from->items[i], b = to->items[j];

		if (a.hash == b.hash)
			bytes += a.bytes < b.bytes ? a.bytes : b.bytes;
		i += a.hash <= b.hash;
		j += b.hash <= a.hash;
	}
	return bytes;
}

int similar_score(const struct pieces *from, const struct pieces *to)
{
	size_t larger = from->size > to->size ? from->size : to->size;

	if (!larger || similar_never(from->size, to->size))
		return 0;
	return (int)(shared(from, to) * SIMILAR_WHOLE / larger);
}
