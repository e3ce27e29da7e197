/* SPDX-License-Identifier: Apache-2.0 */
/* delta: an object as copies from another one and new bytes. */
#include <string.h>

#include "git/pack/delta.h"

/* Of a copy: the bits of the instruction say which bytes of the offset and of the size follow. */
enum { COPY = 0x80, OFFSET_BYTES = 4, SIZE_BYTES = 3, SIZE_IF_ZERO = 0x10000 };

/* What is left of a delta. */
struct reading {
	const unsigned char *at, *end;
};

/* What is made: there is room up to `end`. */
struct making {
	char *at, *end;
};

static size_t left(const struct reading *delta)
{
	return (size_t)(delta->end - delta->at);
}

/* Seven bits a byte, the lowest first. */
static bool take_size(struct reading *delta, uint64_t *size)
{
	uint64_t value = 0;

	for (unsigned int shift = 0; shift <= 56 && left(delta); shift += 7) {
		unsigned char byte = *delta->at++;

		value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80)) {
			*size = value;
			return true;
		}
	}
	return false;
}

/* The caller has seen that as many bytes are there as bits are set. */
static size_t take_number(struct reading *delta, unsigned int bits, unsigned int count)
{
	size_t number = 0;

	for (unsigned int i = 0; i < count; i++)
		if (bits & 1u << i)
			number |= (size_t)*delta->at++ << 8 * i;
	return number;
}

static bool put(struct making *made, const void *bytes, size_t length)
{
	if (length > (size_t)(made->end - made->at))
		return false;
	memcpy(made->at, bytes, length);
	made->at += length;
	return true;
}

static bool copy(
	struct making *made, struct span base, struct reading *delta, unsigned int instruction)
{
	unsigned int bits = instruction & ~(unsigned int)COPY;
	size_t offset, size;

	if ((size_t)__builtin_popcount(bits) > left(delta))
		return false;
	offset = take_number(delta, bits, OFFSET_BYTES);
	size = take_number(delta, bits >> OFFSET_BYTES, SIZE_BYTES);
	if (size == 0)
		size = SIZE_IF_ZERO;
	return offset <= base.length && size <= base.length - offset &&
		put(made, base.data + offset, size);
}

/* The instruction is how many bytes follow; 0 is reserved. */
static bool insert(struct making *made, struct reading *delta, unsigned int instruction)
{
	if (!instruction || instruction > left(delta) || !put(made, delta->at, instruction))
		return false;
	delta->at += instruction;
	return true;
}

bool delta_result(struct span delta, uint64_t *size)
{
	struct reading reading = { (const unsigned char *)delta.data,
		(const unsigned char *)delta.data + delta.length };
	uint64_t base_size;

	return take_size(&reading, &base_size) && take_size(&reading, size);
}

static bool apply(struct buf *out, struct span base, struct span bytes)
{
	struct reading delta = { (const unsigned char *)bytes.data,
		(const unsigned char *)bytes.data + bytes.length };
	struct making made;
	uint64_t base_size, size;

	if (!take_size(&delta, &base_size) || base_size != base.length || !take_size(&delta, &size))
		return false;
	made.at = size <= out->max ? buf_reserve(out, size) : NULL;
	if (!made.at)
		return false;
	made.end = made.at + size;
	while (left(&delta)) {
		unsigned int instruction = *delta.at++;

		if (!(instruction & COPY ? copy(&made, base, &delta, instruction)
					 : insert(&made, &delta, instruction)))
			return false;
	}
	if (made.at != made.end)
		return false;
	*made.end = '\0';
	out->length += size;
	return true;
}

int delta_apply(struct buf *out, struct span base, struct span delta, struct err *err)
{
	if (apply(out, base, delta))
		return 0;
	return err_set(err, ERR_REMOTE,
		"the pack that the server sent is damaged: a delta does not fit its base");
}
