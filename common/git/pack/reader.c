/* SPDX-License-Identifier: Apache-2.0 */
/* reader: takes a pack apart as its bytes come. */
#include <string.h>

#include "base/buf.h"
#include "base/flate.h"
#include "base/limits.h"
#include "base/mem.h"
#include "git/hash.h"
#include "git/pack/reader.h"

enum { HEADER_BYTES = 12, CONTINUED = 0x80 };

struct pack_reader {
	struct pack_visitor visitor;
	/* one state, one function that takes bytes from the front */
	int (*state)(struct pack_reader *reader, struct span *bytes, struct err *err);
	struct digest *hash;
	uint64_t offset; /* of the next byte */
	uint32_t count;  /* of entries */
	uint32_t left;   /* of them */
	struct pack_entry entry;
	unsigned char held[HEADER_BYTES > OID_RAW ? HEADER_BYTES : OID_RAW];
	size_t held_count;
	unsigned int shift; /* of the number that is being read */
	enum pack_wish wish;
	struct buf content;
	struct flate *inflate;
	uint64_t inflated; /* bytes of the entry */
	bool complete;
	struct oid checksum;
};

static int corrupt_at(uint64_t offset, const char *what, struct err *err)
{
	return err_set(err, ERR_REMOTE, "the pack that the server sent is damaged at byte %llu: %s",
		(unsigned long long)offset, what);
}

static int corrupt(const struct pack_reader *reader, const char *what, struct err *err)
{
	return corrupt_at(reader->offset, what, err);
}

/* Of what is compressed: by where the entry begins, however the bytes come in pieces. */
static int corrupt_entry(const struct pack_reader *reader, const char *what, struct err *err)
{
	return corrupt_at(reader->entry.offset, what, err);
}

/* All bytes pass here once, in order. */
static void consume(struct pack_reader *reader, struct span *bytes, size_t count)
{
	struct span taken = { bytes->data, count };

	digest_add(reader->hash, taken);
	if (reader->visitor.crc)
		reader->entry.crc = flate_crc32(reader->entry.crc, taken);
	reader->offset += count;
	bytes->data += count;
	bytes->length -= count;
}

static unsigned char take_byte(struct pack_reader *reader, struct span *bytes)
{
	unsigned char byte = (unsigned char)bytes->data[0];

	consume(reader, bytes, 1);
	return byte;
}

/* Gather `count` bytes that may come in pieces; true when they are there. */
static bool hold(struct pack_reader *reader, struct span *bytes, size_t count)
{
	while (bytes->length && reader->held_count < count)
		reader->held[reader->held_count++] = take_byte(reader, bytes);
	if (reader->held_count < count)
		return false;
	reader->held_count = 0;
	return true;
}

static int in_type(struct pack_reader *reader, struct span *bytes, struct err *err);
static int in_data(struct pack_reader *reader, struct span *bytes, struct err *err);

static int in_end(struct pack_reader *reader, struct span *bytes, struct err *err)
{
	(void)bytes;
	return corrupt(reader, "there is something behind its end", err);
}

static int in_checksum(struct pack_reader *reader, struct span *bytes, struct err *err)
{
	struct oid computed;

	while (bytes->length && reader->held_count < OID_RAW) {
		reader->held[reader->held_count++] = (unsigned char)bytes->data[0];
		bytes->data++;
		bytes->length--;
	}
	if (reader->held_count < OID_RAW)
		return 0;
	hash_take(reader->hash, &computed);
	oid_from_raw(reader->held, &reader->checksum);
	if (!oid_equal(&computed, &reader->checksum))
		return corrupt(reader, "its checksum is wrong", err);
	reader->complete = true;
	reader->state = in_end;
	return 0;
}

static uint32_t number_at(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
		(uint32_t)bytes[3];
}

/* "PACK", version, count of entries. */
static int in_header(struct pack_reader *reader, struct span *bytes, struct err *err)
{
	uint32_t version;

	if (!hold(reader, bytes, HEADER_BYTES))
		return 0;
	version = number_at(reader->held + 4);
	if (memcmp(reader->held, "PACK", 4) != 0)
		return corrupt(reader, "it does not begin as a pack does", err);
	if (version != 2 && version != 3)
		return corrupt(reader, "its version is neither 2 nor 3", err);
	reader->count = number_at(reader->held + 8);
	reader->left = reader->count;
	reader->state = reader->left ? in_type : in_checksum;
	return 0;
}

/* The header is complete: is the content wanted? */
static int begin_data(struct pack_reader *reader, struct err *err)
{
	int wish;

	reader->entry.header = (uint32_t)(reader->offset - reader->entry.offset);
	wish = reader->visitor.begin(reader->visitor.context, &reader->entry, err);
	if (wish < 0)
		return -1;
	reader->wish = (enum pack_wish)wish;
	buf_clear(&reader->content);
	flate_reset(reader->inflate);
	reader->inflated = 0;
	reader->state = in_data;
	return 0;
}

/* The distance to the base, in git's own variable length: each further byte adds one as well. */
static int in_base_offset(struct pack_reader *reader, struct span *bytes, struct err *err)
{
	unsigned char byte = take_byte(reader, bytes);
	uint64_t *distance = &reader->entry.base_offset;

	if (*distance > UINT64_MAX >> 8)
		return corrupt(reader, "the distance to a delta's base is too long", err);
	*distance = *distance << 7 | (byte & (CONTINUED - 1));
	if (byte & CONTINUED) {
		*distance += 1;
		return 0;
	}
	if (*distance == 0 || *distance > reader->entry.offset)
		return corrupt(reader, "a delta's base is not in it", err);
	*distance = reader->entry.offset - *distance;
	return begin_data(reader, err);
}

static int in_base_id(struct pack_reader *reader, struct span *bytes, struct err *err)
{
	if (!hold(reader, bytes, OID_RAW))
		return 0;
	oid_from_raw(reader->held, &reader->entry.base);
	return begin_data(reader, err);
}

static int end_of_size(struct pack_reader *reader, struct err *err)
{
	switch (reader->entry.type) {
	case PACK_OFFSET_DELTA:
		reader->state = in_base_offset;
		return 0;
	case PACK_REF_DELTA:
		reader->state = in_base_id;
		return 0;
	case PACK_COMMIT:
	case PACK_TREE:
	case PACK_BLOB:
	case PACK_TAG:
		return begin_data(reader, err);
	case PACK_NONE:
		break;
	}
	return corrupt(reader, "an entry is of an unknown type", err);
}

static int in_size(struct pack_reader *reader, struct span *bytes, struct err *err)
{
	unsigned char byte = take_byte(reader, bytes);

	if (reader->shift > 56)
		return corrupt(reader, "the size of an entry is too long", err);
	reader->entry.size |= (uint64_t)(byte & (CONTINUED - 1)) << reader->shift;
	reader->shift += 7;
	return byte & CONTINUED ? 0 : end_of_size(reader, err);
}

/* Three bits of type and the first four of the size. */
static int in_type(struct pack_reader *reader, struct span *bytes, struct err *err)
{
	unsigned char byte;

	reader->entry = (struct pack_entry){ .offset = reader->offset };
	byte = take_byte(reader, bytes);
	reader->entry.type = (enum pack_type)(byte >> 4 & 7);
	reader->entry.size = byte & 15;
	reader->shift = 4;
	reader->state = in_size;
	return byte & CONTINUED ? 0 : end_of_size(reader, err);
}

static int end_data(struct pack_reader *reader, struct err *err)
{
	if (reader->inflated != reader->entry.size)
		return corrupt_entry(reader, "an entry is shorter than it says", err);
	reader->entry.end = reader->offset;
	if (reader->wish != PACK_DROP &&
		reader->visitor.end(reader->visitor.context, &reader->entry,
			buf_span(&reader->content), err) < 0)
		return -1;
	reader->left--;
	reader->state = reader->left ? in_type : in_checksum;
	return 0;
}

static int keep(struct pack_reader *reader, const char *data, size_t length, struct err *err)
{
	reader->inflated += length;
	if (reader->inflated > reader->entry.size)
		return corrupt_entry(reader, "an entry is longer than it says", err);
	if (reader->wish == PACK_PIECES)
		return reader->visitor.piece(
			reader->visitor.context, (struct span){ data, length }, err);
	if (reader->wish == PACK_WHOLE && buf_add(&reader->content, data, length) < 0)
		return corrupt_entry(reader, "an entry is too large to be read into memory", err);
	return 0;
}

static int in_data(struct pack_reader *reader, struct span *bytes, struct err *err)
{
	char out[16 * KIB];
	struct span rest = *bytes;
	bool ended;
	long count = flate_inflate(reader->inflate, &rest, out, sizeof(out), &ended);

	if (count < 0)
		return corrupt_entry(reader, "an entry cannot be inflated", err);
	consume(reader, bytes, bytes->length - rest.length);
	if (keep(reader, out, (size_t)count, err) < 0)
		return -1;
	return ended ? end_data(reader, err) : 0;
}

struct pack_reader *pack_reader_new(const struct pack_visitor *visitor)
{
	struct pack_reader *reader = mem_alloc(sizeof(*reader));

	reader->visitor = *visitor;
	reader->state = in_header;
	reader->hash = digest_new(DIGEST_SHA1);
	reader->content = BUF(LIMIT_PACK_ENTRY);
	reader->inflate = flate_new_inflate(FLATE_ZLIB);
	return reader;
}

void pack_reader_free(struct pack_reader *reader)
{
	if (!reader)
		return;
	digest_free(reader->hash);
	buf_release(&reader->content);
	flate_free(reader->inflate);
	free(reader);
}

int pack_reader_feed(struct pack_reader *reader, struct span bytes, struct err *err)
{
	while (bytes.length)
		if (reader->state(reader, &bytes, err) < 0)
			return -1;
	return 0;
}

/* The struct begins with its offset. */
static int compare_offset(const void *wanted, const void *entry)
{
	uint64_t offset = *(const uint64_t *)wanted, other = *(const uint64_t *)entry;

	return (offset > other) - (offset < other);
}

size_t pack_find_entry(const void *table, size_t count, size_t size, uint64_t offset)
{
	const char *found = count ? bsearch(&offset, table, count, size, compare_offset) : NULL;

	return found ? (size_t)(found - (const char *)table) / size : PACK_NO_ENTRY;
}

uint32_t pack_reader_count(const struct pack_reader *reader)
{
	return reader->count;
}

const struct oid *pack_reader_checksum(const struct pack_reader *reader)
{
	return &reader->checksum;
}

int pack_reader_finish(const struct pack_reader *reader, struct err *err)
{
	if (reader->complete)
		return 0;
	return err_set(err, ERR_NETWORK, "the pack that the server sent ends before its end");
}
