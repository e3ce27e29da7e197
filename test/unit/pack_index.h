/* SPDX-License-Identifier: Apache-2.0 */
/* pack_index: what the index of a pack has to be, byte by byte (gitformat-pack, version 2). */
#ifndef TEST_PACK_INDEX_H
#define TEST_PACK_INDEX_H

#include "packs.h"

struct indexed {
	struct oid id;
	uint64_t offset;
	uint32_t crc;
};

static inline void index_add_number(struct pack *index, uint32_t number)
{
	for (unsigned int shift = 32; shift; shift -= 8)
		pack_add_byte(index, number >> (shift - 8) & 255);
}

static inline int index_compare(const void *a, const void *b)
{
	const struct indexed *one = a, *other = b;
	int order = strcmp(one->id.hex, other->id.hex);

	return order ? order : (one->offset > other->offset) - (one->offset < other->offset);
}

static inline void index_add_offsets(
	struct pack *index, const struct indexed *objects, size_t count)
{
	uint32_t large = 0;

	for (size_t i = 0; i < count; i++)
		index_add_number(index,
			objects[i].offset >> 31 ? 1u << 31 | large++ : (uint32_t)objects[i].offset);
	for (size_t i = 0; i < count; i++)
		if (objects[i].offset >> 31) {
			index_add_number(index, (uint32_t)(objects[i].offset >> 32));
			index_add_number(index, (uint32_t)(objects[i].offset & UINT32_MAX));
		}
}

/* That of the pack with that checksum, raw. The objects are brought into order. */
static inline void index_make(
	struct pack *index, struct indexed *objects, size_t count, const char *checksum)
{
	*index = (struct pack){ .bytes = BUF(MIB) };
	qsort(objects, count, sizeof(*objects), index_compare);
	pack_add(index, "\377tOc\0\0\0\2", 8);
	for (unsigned int byte = 0; byte < 256; byte++) {
		uint32_t until = 0;

		while (until < count &&
			strtoul((char[]){ objects[until].id.hex[0], objects[until].id.hex[1],
					'\0' },
				NULL, 16) <= byte)
			until++;
		index_add_number(index, until);
	}
	for (size_t i = 0; i < count; i++)
		pack_add_id(index, &objects[i].id);
	for (size_t i = 0; i < count; i++)
		index_add_number(index, objects[i].crc);
	index_add_offsets(index, objects, count);
	pack_add(index, checksum, OID_RAW);
	pack_finish(index);
}

#endif
