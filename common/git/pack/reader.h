/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reader: takes a pack apart as its bytes come (gitformat-pack).
 *
 * Each entry is announced by its header; whoever reads it says whether its content is wanted, which is
 * then handed over, whole or in pieces, or inflated and dropped. Deltas are handed over as they are. The
 * checksum at the end is verified.
 */
#ifndef GIT_PACK_READER_H
#define GIT_PACK_READER_H

#include "base/err.h"
#include "git/oid.h"

/* As the format numbers them. */
enum pack_type {
	PACK_NONE = 0,
	PACK_COMMIT = 1,
	PACK_TREE = 2,
	PACK_BLOB = 3,
	PACK_TAG = 4,
	PACK_OFFSET_DELTA = 6,
	PACK_REF_DELTA = 7,
};

struct pack_entry {
	enum pack_type type;
	uint64_t offset;      /* of the entry in the pack */
	uint64_t base_offset; /* of PACK_OFFSET_DELTA */
	struct oid base;      /* of PACK_REF_DELTA */
	uint64_t size;        /* of the content */
	uint32_t header;      /* bytes before the compressed content */
	/* at its end */
	uint64_t end; /* the offset behind it */
	uint32_t crc; /* the CRC-32 of its bytes in the pack, where the visitor wants it */
};

enum pack_wish { PACK_DROP, PACK_WHOLE, PACK_PIECES };

struct pack_visitor {
	/* Which enum pack_wish the content is, or -1 with err. Its size was not bounded yet. */
	int (*begin)(void *context, const struct pack_entry *entry, struct err *err);
	/* Of PACK_PIECES. */
	int (*piece)(void *context, struct span piece, struct err *err);
	/* Of what was not dropped. The content is that of PACK_WHOLE. */
	int (*end)(void *context, const struct pack_entry *entry, struct span content,
		struct err *err);
	void *context;
	bool crc;
};

#define PACK_NO_ENTRY SIZE_MAX

/* The place of the entry at `offset` in a visitor's table: structs of `size` bytes that begin with the offset
 * of theirs, a uint64_t, in the order of the pack. PACK_NO_ENTRY: none begins there. */
size_t pack_find_entry(const void *table, size_t count, size_t size, uint64_t offset);

struct pack_reader;

MUST_CHECK struct pack_reader *pack_reader_new(const struct pack_visitor *visitor);
void pack_reader_free(struct pack_reader *reader); /* NULL is fine */

/* The next bytes, cut anywhere. ERR_REMOTE where they are not a pack. */
MUST_CHECK int pack_reader_feed(struct pack_reader *reader, struct span bytes, struct err *err);

/* How many entries the pack says to have; 0 before it begins. */
uint32_t pack_reader_count(const struct pack_reader *reader);

/* Of a complete pack, which is named by it. Borrowed. */
const struct oid *pack_reader_checksum(const struct pack_reader *reader);

/* 0 when the pack is complete. */
MUST_CHECK int pack_reader_finish(const struct pack_reader *reader, struct err *err);

#endif
