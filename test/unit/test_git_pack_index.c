/* SPDX-License-Identifier: Apache-2.0 */
/* pack_index: the index of packs that nobody has to send: with offsets of more than 31 and 32 bits. */
#include <stdio.h>
#include <unistd.h>

#include "pack_index.h"
#include "unit.h"

#include "base/file.h"
#include "git/pack/index.h"

#define CHECKSUM "the pack's checksum."
#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define ZERO "0000000000000000000000000000000000000001"
#define LAST "ffffffffffffffffffffffffffffffffffffffff"

/* As they lie in the pack. */
static const struct table {
	const char *name;
	struct indexed objects[4];
	size_t count;
} tables[] = {
	{ "of nothing", { { { "" }, 0, 0 } }, 0 },
	{ "both ends of the fanout", { { { LAST }, 12, 1 }, { { ZERO }, 50, 2 } }, 2 },
	{ "equal ids", { { { B }, 12, 7 }, { { A }, 20, 8 }, { { A }, 30, 9 } }, 3 },
	{ "the largest small offset", { { { A }, 0x7fffffff, 1 } }, 1 },
	{ "the smallest large offset", { { { A }, 0x80000000, UINT32_MAX } }, 1 },
	{ "large offsets by rising id",
		{ { { LAST }, 12, 1 }, { { B }, 0x80000000, 2 }, { { ZERO }, 0xffffffff, 3 },
			{ { A }, 0x123456789a, 4 } },
		4 },
};

static void write_index(void **state)
{
	const struct table *row = *state;
	struct indexed expected[COUNT(row->objects)];
	struct pack_object items[COUNT(row->objects)] = { 0 };
	const struct pack_objects objects = { .items = items, .count = (uint32_t)row->count };
	auto_buf struct buf found = BUF(MIB);
	struct pack index;
	struct err err = { 0 };
	FILE *file = tmpfile();

	assert_non_null(file);
	memcpy(expected, row->objects, sizeof(expected));
	for (size_t i = 0; i < row->count; i++) {
		items[i] = (struct pack_object){ .offset = row->objects[i].offset,
			.crc = row->objects[i].crc };
		oid_to_raw(&row->objects[i].id, items[i].id);
	}
	assert_int_equal(pack_index_write(&objects, (const unsigned char *)CHECKSUM, fileno(file),
				 "index", &err),
		0);
	assert_int_equal(lseek(fileno(file), 0, SEEK_SET), 0);
	assert_int_equal(file_read_fd(fileno(file), "index", &found, &err), 0);
	index_make(&index, expected, row->count, CHECKSUM);
	assert_int_equal(found.length, index.bytes.length);
	assert_memory_equal(found.data, index.bytes.data, found.length);
	pack_release(&index);
	assert_int_equal(fclose(file), 0);
}

static void no_room(void **state)
{
	const struct pack_objects objects = { 0 };
	struct err err = { 0 };
	FILE *file = fopen("/dev/full", "wb");

	(void)state;
	assert_non_null(file);
	assert_failed(pack_index_write(&objects, (const unsigned char *)CHECKSUM, fileno(file),
			      "a/tmp_idx", &err),
		&err, ERR_INTERNAL, "a/tmp_idx: cannot be written: No space left on device");
	assert_int_equal(fclose(file), 0);
}

int main(void)
{
	UNIT_ROWS(write_index, tables);
	UNIT_TEST(no_room);
	return unit_run();
}
