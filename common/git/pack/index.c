/* SPDX-License-Identifier: Apache-2.0 */
/* index: the index of a pack on disk, version 2. */
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/limits.h"
#include "git/pack/index.h"

enum { PIECE = 64 * KIB };

/* Offsets of 31 bits fit their table; the others are numbered there and follow in one of 64 bits. */
#define LARGE 0x80000000u

struct writer {
	int fd;
	const char *name;
	struct digest *hash;
	unsigned char bytes[PIECE];
	size_t length;
	struct err *err;
	int status;
};

/* After a failure nothing more is written. */
static void flush(struct writer *writer)
{
	struct span bytes = { (const char *)writer->bytes, writer->length };

	digest_add(writer->hash, bytes);
	writer->length = 0;
	if (!writer->status)
		writer->status = file_write_fd(writer->fd, writer->name, bytes, writer->err);
}

/* Up to 20 bytes. */
static void put(struct writer *writer, const void *bytes, size_t length)
{
	if (writer->length + length > PIECE)
		flush(writer);
	memcpy(writer->bytes + writer->length, bytes, length);
	writer->length += length;
}

static void put_number(struct writer *writer, uint32_t number)
{
	const unsigned char bytes[] = { (unsigned char)(number >> 24),
		(unsigned char)(number >> 16), (unsigned char)(number >> 8),
		(unsigned char)number };

	put(writer, bytes, sizeof(bytes));
}

static void put_offsets(
	struct writer *writer, const struct pack_objects *objects, const struct pack_place *places)
{
	uint32_t large = 0;

	for (uint32_t i = 0; i < objects->count; i++) {
		uint64_t offset = objects->items[places[i].object].offset;

		put_number(writer, offset < LARGE ? (uint32_t)offset : LARGE | large++);
	}
	for (uint32_t i = 0; i < objects->count && large; i++) {
		uint64_t offset = objects->items[places[i].object].offset;

		if (offset < LARGE)
			continue;
		put_number(writer, (uint32_t)(offset >> 32));
		put_number(writer, (uint32_t)offset);
	}
}

static void put_tables(struct writer *writer, const struct pack_objects *objects)
{
	uint32_t fanout[PACK_FANOUT];
	auto_free struct pack_place *places = pack_objects_sort(objects, fanout);

	put(writer, "\377tOc\0\0\0\2", 8);
	for (size_t i = 0; i < PACK_FANOUT; i++)
		put_number(writer, fanout[i]);
	for (uint32_t i = 0; i < objects->count; i++)
		put(writer, places[i].id, OID_RAW);
	for (uint32_t i = 0; i < objects->count; i++)
		put_number(writer, objects->items[places[i].object].crc);
	put_offsets(writer, objects, places);
}

int pack_index_write(const struct pack_objects *objects, const unsigned char pack[static OID_RAW],
	int fd, const char *name, struct err *err)
{
	auto_digest struct digest *hash = digest_new(DIGEST_SHA1);
	struct writer writer = { .fd = fd, .name = name, .hash = hash, .err = err };
	unsigned char checksum[DIGEST_SIZE_MAX];

	put_tables(&writer, objects);
	put(&writer, pack, OID_RAW);
	flush(&writer);
	digest_take(hash, checksum);
	put(&writer, checksum, OID_RAW);
	flush(&writer);
	return writer.status;
}
