/* SPDX-License-Identifier: Apache-2.0 */
/* zip: an archive's entries, and what is refused of one that is damaged, or written to mislead. */
#define _GNU_SOURCE /* memfd_create */
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "registry/zip.h"
#include "unit.h"

/* Made by Python's zipfile: "b", 300 times x, deflated; "a/"; "a/run", which may be executed; "l", a link
 * to it. */
static const unsigned char good[] = {
	/* 0: b */
	0x50, 0x4b, 0x03, 0x04, 0x14, 0x00, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x21, 0x00, 0x13,
	0x2d, 0x43, 0x1b, 0x07, 0x00, 0x00, 0x00, 0x2c, 0x01, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00,
	0x62, 0xab, 0xa8, 0x18, 0x05, 0xc4, 0x02, 0x00,
	/* 38: a/ */
	0x50, 0x4b, 0x03, 0x04, 0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x21, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00,
	0x61, 0x2f,
	/* 70: a/run */
	0x50, 0x4b, 0x03, 0x04, 0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x21, 0x00, 0x86,
	0xa6, 0x10, 0x36, 0x05, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00,
	0x61, 0x2f, 0x72, 0x75, 0x6e, 0x68, 0x65, 0x6c, 0x6c, 0x6f,
	/* 110: l */
	0x50, 0x4b, 0x03, 0x04, 0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x21, 0x00, 0x5a,
	0x6b, 0x16, 0x35, 0x05, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00,
	0x6c, 0x61, 0x2f, 0x72, 0x75, 0x6e,
	/* 146: the directory: b */
	0x50, 0x4b, 0x01, 0x02, 0x14, 0x03, 0x14, 0x00, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x21,
	0x00, 0x13, 0x2d, 0x43, 0x1b, 0x07, 0x00, 0x00, 0x00, 0x2c, 0x01, 0x00, 0x00, 0x01, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xa4, 0x81, 0x00, 0x00, 0x00,
	0x00, 0x62,
	/* 193: a/ */
	0x50, 0x4b, 0x01, 0x02, 0x14, 0x03, 0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x21,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xed, 0x41, 0x26, 0x00, 0x00,
	0x00, 0x61, 0x2f,
	/* 241: a/run */
	0x50, 0x4b, 0x01, 0x02, 0x14, 0x03, 0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x21,
	0x00, 0x86, 0xa6, 0x10, 0x36, 0x05, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x05, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xed, 0x81, 0x46, 0x00, 0x00,
	0x00, 0x61, 0x2f, 0x72, 0x75, 0x6e,
	/* 292: l */
	0x50, 0x4b, 0x01, 0x02, 0x14, 0x03, 0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x21,
	0x00, 0x5a, 0x6b, 0x16, 0x35, 0x05, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x01, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xa1, 0x6e, 0x00, 0x00,
	0x00, 0x6c,
	/* 339: the end */
	0x50, 0x4b, 0x05, 0x06, 0x00, 0x00, 0x00, 0x00, 0x04, 0x00, 0x04, 0x00, 0xc1, 0x00, 0x00,
	0x00, 0x92, 0x00, 0x00, 0x00, 0x00, 0x00
};

enum { DIRECTORY_B = 146, DIRECTORY_A = 193, DIRECTORY_RUN = 241, DIRECTORY_L = 292, END = 339 };
/* Where they stand in an entry of the directory. */
enum {
	FLAGS = 8,
	METHOD = 10,
	CRC = 16,
	PACKED = 20,
	SIZE = 24,
	EXTRA = 30,
	OFFSET = 42,
	NAME = 46
};

#define ELSEWHERE "entry 1 of it has a name that leads elsewhere, or that no file can have"
#define DIRECTORY "is damaged: its directory cannot be read"
#define ZIP64 "is a zip64 archive, which is not read here: unpack it, and name the folder"
#define PARTS "is one part of an archive of several"
#define NONE "is neither a folder nor a zip or jar file"
#define DAMAGED "'b' in it is damaged: "

static const struct change {
	const char *name;
	size_t at;
	const char *bytes;
	size_t count;
	const char *message;
} changes[] = {
	{ "encrypted", DIRECTORY_B + FLAGS, "\x01", 1, "'b' in it is encrypted" },
	{ "strongly encrypted", DIRECTORY_B + FLAGS, "\x40", 1, "'b' in it is encrypted" },
	{ "an encrypted directory", DIRECTORY_B + FLAGS + 1, "\x20", 1, "'b' in it is encrypted" },
	{ "an unknown method", DIRECTORY_B + METHOD, "\x09", 1,
		"'b' in it is compressed in a way that is not known here" },
	{ "a NUL in a name", DIRECTORY_B + NAME, "\0", 1, ELSEWHERE },
	{ "a line break in a name", DIRECTORY_B + NAME, "\n", 1, ELSEWHERE },
	{ "a dot for a name", DIRECTORY_B + NAME, ".", 1, ELSEWHERE },
	{ "a slash for a name", DIRECTORY_B + NAME, "/", 1, ELSEWHERE },
	{ "a backslash in a name", DIRECTORY_B + NAME, "\\", 1, ELSEWHERE },
	{ "a folder with content", DIRECTORY_A + SIZE, "\x05", 1,
		"'a' in it is a folder and has content" },
	{ "a name twice", DIRECTORY_L + NAME, "b", 1, "'b' in it stands there twice" },
	{ "a link and a folder", DIRECTORY_L + NAME, "a", 1, "'a' in it stands there twice" },
	{ "a link of many bytes", DIRECTORY_L + SIZE + 1, "\x20", 1,
		"'l' in it is a symbolic link of too many bytes" },
	{ "another disk", END + 4, "\x01", 1, PARTS },
	{ "a directory on another disk", END + 6, "\x01", 1, PARTS },
	{ "fewer entries here", END + 8, "\x03", 1, PARTS },
	{ "entries that are counted elsewhere", END + 8, "\xff\xff\xff\xff", 4, ZIP64 },
	{ "a directory of a size told elsewhere", END + 12, "\xff\xff\xff\xff", 4, ZIP64 },
	{ "a directory that is elsewhere", END + 16, "\xff\xff\xff\xff", 4, ZIP64 },
	{ "a size told elsewhere", DIRECTORY_B + SIZE, "\xff\xff\xff\xff", 4, ZIP64 },
	{ "an entry elsewhere", DIRECTORY_B + OFFSET, "\xff\xff\xff\xff", 4, ZIP64 },
	{ "a directory before the file", END + 16, "\x93", 1, DIRECTORY },
	{ "more entries than there are", END + 8, "\x05\x00\x05", 3, DIRECTORY },
	{ "less entries than there are", END + 8, "\x03\x00\x03", 3, DIRECTORY },
	{ "an entry of the directory that is none", DIRECTORY_B, "x", 1, DIRECTORY },
	{ "an entry that is longer than the directory", DIRECTORY_L + EXTRA, "\x01", 1, DIRECTORY },
	{ "a comment that is not there", END + 20, "\x01", 1, NONE },
	{ "no end", END, "x", 1, NONE },
	/* found when it is read */
	{ "no header", 0, "x", 1, DAMAGED "its header is none" },
	{ "another method in the header", 8, "\0", 1, DAMAGED "its header has another method" },
	{ "another name in the header", 30, "c", 1, DAMAGED "its header has another name" },
	{ "a longer name in the header", 26, "\x02", 1, DAMAGED "its header has another name" },
	{ "content behind the entries", 28, "\xff\xff", 2,
		DAMAGED "it lies outside of the archive" },
	{ "a header behind the entries", DIRECTORY_B + OFFSET, "\xff\xff\xff\x7f", 4,
		DAMAGED "it lies outside of the archive" },
	{ "offsets that are wrong by one", END + 16, "\x91", 1,
		"'a/run' in it is damaged: its header is none" },
	{ "another checksum", DIRECTORY_B + CRC, "x", 1, DAMAGED "its checksum is wrong" },
	{ "longer than it says", DIRECTORY_B + SIZE, "\x2b", 1,
		DAMAGED "it is longer than it says" },
	{ "shorter than it says", DIRECTORY_B + SIZE, "\x2d", 1,
		DAMAGED "it is shorter than it says" },
	{ "cut", DIRECTORY_B + PACKED, "\x06", 1, DAMAGED "it is shorter than it says" },
	{ "more behind its end", DIRECTORY_B + PACKED, "\x08", 1,
		DAMAGED "there is something behind its end" },
	{ "not deflated", 31, "\x07", 1, DAMAGED "it cannot be inflated" },
	{ "stored, and longer", DIRECTORY_RUN + SIZE, "\x04", 1,
		"'a/run' in it is damaged: it is longer than it says" },
	{ "stored, and shorter", DIRECTORY_RUN + PACKED, "\x04", 1,
		"'a/run' in it is damaged: it is shorter than it says" },
};

static int file_of(const void *bytes, size_t size)
{
	int fd = memfd_create("zip", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	return fd;
}

static int keep(void *context, struct span bytes, struct err *err)
{
	(void)err;
	return buf_add_span(context, bytes);
}

/* All of it as lines "NAME TYPE CONTENT"; -1 with err. */
static int read_all(struct buf *text, int fd, struct err *err)
{
	static const char types[] = { [TAR_FILE] = '-', [TAR_FOLDER] = 'd', [TAR_LINK] = 'l' };
	auto_zip struct zip zip = { 0 };

	if (zip_open(&zip, fd, err) < 0)
		return -1;
	for (size_t i = 0; i < zip.count; i++) {
		const struct zip_entry *entry = &zip.entries[i];

		assert_int_equal(buf_add_span(text, entry->name), 0);
		assert_int_equal(buf_format(text, " %c%s ", types[entry->type],
					 entry->executable ? "x" : ""),
			0);
		if (entry->type != TAR_FOLDER && zip_read(&zip, entry, keep, text, err) < 0)
			return -1;
		assert_int_equal(buf_add_string(text, "\n"), 0);
	}
	return 0;
}

static void is_read_in_order(void **state)
{
	auto_fd int fd = file_of(good, sizeof(good));
	auto_buf struct buf text = BUF(4096), expected = BUF(4096);
	struct err err = { 0 };

	(void)state;
	assert_int_equal(buf_add_string(&expected, "a d \na/run -x hello\nb - "), 0);
	for (int i = 0; i < 300; i++)
		assert_int_equal(buf_add_string(&expected, "x"), 0);
	assert_int_equal(buf_add_string(&expected, "\nl lx a/run\n"), 0);
	assert_int_equal(read_all(&text, fd, &err), 0);
	assert_string_equal(text.data, expected.data);
}

static void something_may_stand_around_it(void **state)
{
	auto_buf struct buf whole = BUF(4096), text = BUF(4096);
	struct err err = { 0 };
	int fd;

	(void)state;
	assert_int_equal(buf_add_string(&whole, "#!/bin/sh\nexec java -jar $0\n"), 0);
	assert_int_equal(buf_add(&whole, good, sizeof(good)), 0);
	whole.data[whole.length - 2] = 4; /* of the comment */
	assert_int_equal(buf_add_string(&whole, "PK\005\006"), 0);
	fd = file_of(whole.data, whole.length);
	assert_int_equal(read_all(&text, fd, &err), 0);
	(void)close(fd);
}

static void is_refused(void **state)
{
	const struct change *row = *state;
	unsigned char bytes[sizeof(good)];
	auto_buf struct buf text = BUF(4096);
	struct err err = { 0 };
	int fd;

	memcpy(bytes, good, sizeof(good));
	memcpy(bytes + row->at, row->bytes, row->count);
	fd = file_of(bytes, sizeof(bytes));
	assert_failed(read_all(&text, fd, &err), &err, ERR_CONFIG, row->message);
	(void)close(fd);
}

static void is_refused_wherever_it_is_cut(void **state)
{
	(void)state;
	for (size_t size = 0; size < sizeof(good); size++) {
		auto_fd int fd = file_of(good, size);
		auto_zip struct zip zip = { 0 };
		struct err err = { 0 };

		assert_failed(zip_open(&zip, fd, &err), &err, ERR_CONFIG, NONE);
	}
}

/* An archive of nothing is one. */
static void an_empty_one(void **state)
{
	auto_fd int fd = file_of("PK\005\006\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 22);
	auto_zip struct zip zip = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(zip_open(&zip, fd, &err), 0);
	assert_int_equal(zip.count, 0);
}

int main(void)
{
	UNIT_TEST(is_read_in_order);
	UNIT_TEST(something_may_stand_around_it);
	UNIT_TEST(an_empty_one);
	UNIT_ROWS(is_refused, changes);
	UNIT_TEST(is_refused_wherever_it_is_cut);
	return unit_run();
}
