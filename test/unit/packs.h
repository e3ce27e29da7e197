/* SPDX-License-Identifier: Apache-2.0 */
/* packs: packs written byte by byte, and deltas: such as git makes, and such as it never does. */
#ifndef TEST_PACKS_H
#define TEST_PACKS_H

#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "git/hash.h"
#include "git/pack/reader.h"

struct packed {
	size_t begins;
	struct oid id; /* of a whole object; a test may say that of a delta */
};

struct pack {
	struct buf bytes;
	struct packed *entries;
	size_t count;
};

static inline void pack_add(struct pack *pack, const void *data, size_t length)
{
	if (buf_add(&pack->bytes, data, length) < 0)
		abort(); /* a test that is wrong */
}

static inline void pack_add_byte(struct pack *pack, unsigned int byte)
{
	unsigned char one = (unsigned char)byte;

	pack_add(pack, &one, 1);
}

static inline void pack_begin(struct pack *pack, unsigned int entries)
{
	*pack = (struct pack){ .bytes = BUF(64 * MIB) };
	pack_add(pack, "PACK\0\0\0\2", 8);
	for (unsigned int shift = 32; shift; shift -= 8)
		pack_add_byte(pack, entries >> (shift - 8));
}

static inline void pack_add_id(struct pack *pack, const struct oid *id)
{
	unsigned char raw[OID_RAW];

	oid_to_raw(id, raw);
	pack_add(pack, raw, sizeof(raw));
}

/* The checksum behind it. */
static inline void pack_finish(struct pack *pack)
{
	auto_digest struct digest *hash = digest_new(DIGEST_SHA1);
	struct oid digest;

	digest_add(hash, buf_span(&pack->bytes));
	hash_take(hash, &digest);
	pack_add_id(pack, &digest);
}

static inline void pack_release(struct pack *pack)
{
	buf_release(&pack->bytes);
	free(pack->entries);
}

/* Seven bits a byte, the lowest first. */
static inline void pack_add_size(struct pack *pack, size_t size)
{
	for (; size > 127; size >>= 7)
		pack_add_byte(pack, 0x80 | (size & 127));
	pack_add_byte(pack, (unsigned int)size);
}

/* Of an entry that begins here, and says to have so many bytes. */
static inline void pack_add_header(struct pack *pack, unsigned int type, size_t size)
{
	pack->entries = mem_resize(pack->entries, pack->count + 1, sizeof(*pack->entries));
	pack->entries[pack->count++] = (struct packed){ .begins = pack->bytes.length };
	pack_add_byte(pack, (size > 15 ? 0x80u : 0) | type << 4 | (unsigned int)(size & 15));
	if (size > 15)
		pack_add_size(pack, size >> 4);
}

static inline void pack_add_stored_block(struct pack *pack, struct span part, bool last)
{
	const unsigned int length = (unsigned int)part.length;

	pack_add_byte(pack, last);
	pack_add_byte(pack, length & 255);
	pack_add_byte(pack, length >> 8);
	pack_add_byte(pack, ~length & 255);
	pack_add_byte(pack, ~length >> 8 & 255);
	pack_add(pack, part.data, part.length);
}

/* A zlib stream of stored blocks: nothing has to be compressed to be inflated. */
static inline void pack_add_stored(struct pack *pack, struct span content)
{
	unsigned int a = 1, b = 0;
	struct span part;

	for (size_t i = 0; i < content.length; i++) {
		a = (a + (unsigned char)content.data[i]) % 65521;
		b = (b + a) % 65521;
	}
	pack_add(pack, "\x78\x01", 2);
	while (content.length > 65535 && span_take_bytes(&content, 65535, &part))
		pack_add_stored_block(pack, part, false);
	pack_add_stored_block(pack, content, true);
	pack_add_byte(pack, b >> 8);
	pack_add_byte(pack, b & 255);
	pack_add_byte(pack, a >> 8);
	pack_add_byte(pack, a & 255);
}

static inline struct oid pack_id(const char *type, struct span content)
{
	auto_digest struct digest *hash = digest_new(DIGEST_SHA1);
	struct oid id;

	hash_object(hash, type, content, &id);
	return id;
}

/* A whole object. Each returns the entry's number. */
static inline size_t pack_add_object(struct pack *pack, enum pack_type type, struct span content)
{
	static const char *const names[] = { "", "commit", "tree", "blob", "tag" };

	pack_add_header(pack, type, content.length);
	pack_add_stored(pack, content);
	pack->entries[pack->count - 1].id = pack_id(names[type], content);
	return pack->count - 1;
}

static inline size_t pack_add_blob(struct pack *pack, const char *content)
{
	return pack_add_object(pack, PACK_BLOB, span_of(content));
}

/* A delta of what begins so many bytes before it. */
static inline size_t pack_add_distant(struct pack *pack, size_t distance, struct span delta)
{
	unsigned char bytes[10];
	size_t first = sizeof(bytes) - 1;

	pack_add_header(pack, PACK_OFFSET_DELTA, delta.length);
	bytes[first] = distance & 127;
	while (distance > 127) {
		distance = (distance >> 7) - 1;
		bytes[--first] = 0x80 | (distance & 127);
	}
	pack_add(pack, bytes + first, sizeof(bytes) - first);
	pack_add_stored(pack, delta);
	return pack->count - 1;
}

static inline size_t pack_add_offset_delta(struct pack *pack, size_t base, struct span delta)
{
	return pack_add_distant(pack, pack->bytes.length - pack->entries[base].begins, delta);
}

static inline size_t pack_add_ref_delta(
	struct pack *pack, const struct oid *base, struct span delta)
{
	pack_add_header(pack, PACK_REF_DELTA, delta.length);
	pack_add_id(pack, base);
	pack_add_stored(pack, delta);
	return pack->count - 1;
}

/* A delta: it begins as a pack that has no header. */
static inline void delta_begin(struct pack *delta, size_t base_size, size_t size)
{
	*delta = (struct pack){ .bytes = BUF(MIB) };
	pack_add_size(delta, base_size);
	pack_add_size(delta, size);
}

static inline void delta_copy(struct pack *delta, size_t offset, size_t size)
{
	pack_add_byte(delta, 0xff);
	for (unsigned int shift = 0; shift < 32; shift += 8)
		pack_add_byte(delta, offset >> shift & 255);
	for (unsigned int shift = 0; shift < 24; shift += 8)
		pack_add_byte(delta, size >> shift & 255);
}

static inline void delta_insert(struct pack *delta, const char *text)
{
	pack_add_byte(delta, (unsigned int)strlen(text));
	pack_add(delta, text, strlen(text));
}

#endif
