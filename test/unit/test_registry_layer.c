/* SPDX-License-Identifier: Apache-2.0 */
/* tar and layer: headers byte by byte, and an archive that comes out of gzip as it was written. */
#include <stdio.h>

#include "base/limits.h"
#include "registry/layer.h"
#include "unit.h"

#define TEN "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static const struct header {
	const char *name;
	struct tar_entry entry;
	const char *records; /* of a pax header before it; NULL: there is none */
	char type;
	const char *mode;
	const char *size;
	const char *shown; /* the beginning of the name that the header holds */
} headers[] = {
	{ "a file", { TAR_FILE, { "a", 1 }, { "", 0 }, false, 10 }, NULL, '0', "0000644",
		"00000000012", "a" },
	{ "one that may be executed", { TAR_FILE, { "a", 1 }, { "", 0 }, true, 0 }, NULL, '0',
		"0000755", "00000000000", "a" },
	{ "a folder", { TAR_FOLDER, { "a/b", 3 }, { "", 0 }, false, 0 }, NULL, '5', "0000755",
		"00000000000", "a/b/" },
	{ "a link", { TAR_LINK, { "a", 1 }, { "../b", 4 }, true, 0 }, NULL, '2', "0000777",
		"00000000000", "a" },
	{ "the largest file", { TAR_FILE, { "a", 1 }, { "", 0 }, false, 077777777777 }, NULL, '0',
		"0000644", "77777777777", "a" },
	{ "a name that fits", { TAR_FILE, { HUNDRED, 100 }, { "", 0 }, false, 0 }, NULL, '0',
		"0000644", "00000000000", HUNDRED },
	{ "a name that does not fit", { TAR_FILE, { HUNDRED "x", 101 }, { "", 0 }, false, 0 },
		"111 path=" HUNDRED "x\n", '0', "0000644", "00000000000", HUNDRED },
	{ "a folder that fits", { TAR_FOLDER, { HUNDRED, 99 }, { "", 0 }, false, 0 }, NULL, '5',
		"0000755", "00000000000", "0123456789" },
	{ "a folder that does not fit", { TAR_FOLDER, { HUNDRED, 100 }, { "", 0 }, false, 0 },
		"111 path=" HUNDRED "/\n", '5', "0000755", "00000000000", HUNDRED },
	{ "a target that fits", { TAR_LINK, { "a", 1 }, { HUNDRED, 100 }, false, 0 }, NULL, '2',
		"0000777", "00000000000", "a" },
	{ "a target that does not fit", { TAR_LINK, { "a", 1 }, { HUNDRED "y", 101 }, false, 0 },
		"115 linkpath=" HUNDRED "y\n", '2', "0000777", "00000000000", "a" },
};

/* A header's sum is right where its bytes, with spaces for the sum, add up to it. */
static void check_sum(const char *block)
{
	unsigned sum = 0;
	char text[8];

	for (int i = 0; i < TAR_BLOCK; i++)
		sum += i >= 148 && i < 156 ? ' ' : (unsigned char)block[i];
	(void)snprintf(text, sizeof(text), "%06o", sum);
	assert_memory_equal(block + 148, text, 7);
	assert_int_equal(block[155], ' ');
}

static void is_written(void **state)
{
	const struct header *row = *state;
	auto_buf struct buf out = BUF(16 * KIB);
	const char *block;

	assert_int_equal(tar_add_header(&out, &row->entry), 0);
	assert_int_equal(out.length % TAR_BLOCK, 0);
	block = out.data + out.length - TAR_BLOCK;
	assert_int_equal(out.length, row->records ? 3 * TAR_BLOCK : TAR_BLOCK);
	if (row->records) {
		assert_int_equal(out.data[156], 'x');
		check_sum(out.data);
		assert_memory_equal(out.data + TAR_BLOCK, row->records, strlen(row->records) + 1);
	}
	check_sum(block);
	assert_int_equal(block[156], row->type);
	assert_string_equal(block + 100, row->mode);
	assert_string_equal(block + 108, "0000000");
	assert_string_equal(block + 116, "0000000");
	assert_string_equal(block + 124, row->size);
	assert_string_equal(block + 136, "02263523001");
	assert_memory_equal(block + 257, "ustar\00000", 8);
	assert_memory_equal(block, row->shown, strlen(row->shown));
}

static void a_header_that_has_no_room_is_not_begun(void **state)
{
	const struct tar_entry entry = { .name = { HUNDRED "x", 101 } };
	auto_buf struct buf out = BUF(TAR_BLOCK);

	(void)state;
	assert_int_equal(tar_add_header(&out, &entry), -1);
	assert_int_equal(out.length, 0);
}

/* Two files of which one fills its blocks, and a folder. */
static void write_layer(struct layer *layer, size_t piece)
{
	static const char content[2 * TAR_BLOCK] = "content";
	struct err err = { 0 };

	for (size_t size = TAR_BLOCK; size <= TAR_BLOCK + 100; size += 100) {
		const struct tar_entry entry = { .name = { "file", 4 }, .size = size };

		assert_int_equal(layer_begin(layer, &entry, &err), 0);
		for (size_t at = 0; at < size; at += piece) {
			size_t length = size - at < piece ? size - at : piece;

			assert_int_equal(
				layer_write(layer, (struct span){ content + at, length }, &err), 0);
		}
	}
	assert_int_equal(
		layer_begin(
			layer, &(struct tar_entry){ .type = TAR_FOLDER, .name = { "z", 1 } }, &err),
		0);
	assert_int_equal(layer_finish(layer, &err), 0);
}

static void a_layer_is_a_whole_archive(void **state)
{
	enum { BLOCKS = 2 + 3 + 1 + 2 };
	auto_layer struct layer layer;
	auto_digest struct digest *packed = digest_new(DIGEST_SHA256);
	char hex[LAYER_HEX], data[4 * KIB];
	struct err err = { 0 };
	long count;

	(void)state;
	layer_init(&layer);
	write_layer(&layer, 1000);
	assert_int_equal(layer.count, 3);
	assert_int_equal(layer.size, BLOCKS * TAR_BLOCK);
	count = spool_read(&layer.spool, data, sizeof(data), &err);
	assert_int_equal(count, layer.spool.size);
	/* gzip, deflated, neither a name nor a time */
	assert_memory_equal(data, "\x1f\x8b\x08\0\0\0\0\0", 8);
	digest_add(packed, (struct span){ data, (size_t)count });
	digest_take_hex(packed, hex);
	assert_string_equal(layer.digest, hex);
}

static void pieces_make_no_difference(void **state)
{
	auto_layer struct layer one;
	auto_layer struct layer other;

	(void)state;
	layer_init(&one);
	layer_init(&other);
	write_layer(&one, 1);
	write_layer(&other, 512);
	assert_string_equal(one.digest, other.digest);
	assert_string_equal(one.diff_id, other.diff_id);
}

static void what_is_too_large_is_refused(void **state)
{
	auto_layer struct layer layer;
	const struct tar_entry entry = { .name = { "file", 4 }, .size = LIMIT_SOURCE + 1 };
	struct err err = { 0 };

	(void)state;
	layer_init(&layer);
	assert_failed(
		layer_begin(&layer, &entry, &err), &err, ERR_CONFIG, "is larger than 4 GiB in all");
}

int main(void)
{
	UNIT_ROWS(is_written, headers);
	UNIT_TEST(a_header_that_has_no_room_is_not_begun);
	UNIT_TEST(a_layer_is_a_whole_archive);
	UNIT_TEST(pieces_make_no_difference);
	UNIT_TEST(what_is_too_large_is_refused);
	return unit_run();
}
