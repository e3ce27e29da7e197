/* SPDX-License-Identifier: Apache-2.0 */
/* delta: an object as copies from another one and new bytes. */
#include "git/pack/delta.h"

static bool take_byte(struct span *from, unsigned char *byte)
{
	struct span taken;

	if (!span_take_bytes(from, 1, &taken))
		return false;
	*byte = (unsigned char)taken.data[0];
	return true;
}

/* Seven bits a byte, the lowest first. */
static bool take_size(struct span *from, uint64_t *size)
{
	unsigned char byte;
	uint64_t value = 0;

	for (unsigned int shift = 0; shift <= 56; shift += 7) {
		if (!take_byte(from, &byte))
			return false;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80)) {
			*size = value;
			return true;
		}
	}
	return false;
}

/* The bits of the instruction say which bytes of a number follow. */
static bool take_number(struct span *from, unsigned int bits, unsigned int count, uint64_t *number)
{
	unsigned char byte;

	*number = 0;
	for (unsigned int i = 0; i < count; i++) {
		if (!(bits & 1u << i))
			continue;
		if (!take_byte(from, &byte))
			return false;
		*number |= (uint64_t)byte << 8 * i;
	}
	return true;
}

static bool copy(struct buf *out, struct span base, struct span *delta, unsigned char instruction)
{
	uint64_t offset, size;

	if (!take_number(delta, instruction & 0x0f, 4, &offset) ||
		!take_number(delta, instruction >> 4 & 0x07, 3, &size))
		return false;
	if (size == 0)
		size = 0x10000;
	if (offset > base.length || size > base.length - offset)
		return false;
	return buf_add(out, base.data + offset, size) == 0;
}

static bool insert(struct buf *out, struct span *delta, unsigned char instruction)
{
	struct span bytes;

	return instruction && span_take_bytes(delta, instruction, &bytes) &&
		buf_add_span(out, bytes) == 0;
}

static bool apply(struct buf *out, struct span base, struct span delta)
{
	size_t before = out->length;
	uint64_t base_size, size;
	unsigned char instruction;

	if (!take_size(&delta, &base_size) || base_size != base.length || !take_size(&delta, &size))
		return false;
	while (take_byte(&delta, &instruction)) {
		bool done = instruction & 0x80 ? copy(out, base, &delta, instruction)
					       : insert(out, &delta, instruction);

		if (!done || out->length - before > size)
			return false;
	}
	return out->length - before == size;
}

int delta_apply(struct buf *out, struct span base, struct span delta, struct err *err)
{
	if (apply(out, base, delta))
		return 0;
	return err_set(err, ERR_REMOTE,
		"the pack that the server sent is damaged: a delta does not fit its base");
}
