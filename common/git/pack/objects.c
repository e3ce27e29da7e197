/* SPDX-License-Identifier: Apache-2.0 */
/* objects: the table of what is in a pack, filled as it comes, and its entries read back from disk. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "git/pack/objects.h"

#define KEPT_NOT UINT32_MAX

static int damaged(struct err *err, const char *what)
{
	return err_set(err, ERR_REMOTE, "the pack that the server sent is damaged: %s", what);
}

/* Doubled at each power of two: what a pack says of its count is not believed. */
static void *grow(void *items, uint32_t count, size_t size)
{
	if ((count & (count - 1)) == 0)
		items = mem_resize(items, count ? 2 * (size_t)count : 1, size);
	return items;
}

static void add_named(struct pack_objects *objects, const struct oid *base, uint32_t object)
{
	struct pack_named *named;

	objects->named = grow(objects->named, objects->named_count, sizeof(*objects->named));
	named = &objects->named[objects->named_count++];
	oid_to_raw(base, named->base);
	named->object = object;
}

static int add(struct pack_objects *objects, const struct pack_entry *entry, struct err *err)
{
	struct pack_object new = {
		.offset = entry->offset,
		.size = entry->size,
		.base = PACK_NO_OBJECT,
		.kept = KEPT_NOT,
		.type = (uint8_t)entry->type,
		.header = (uint8_t)entry->header,
	};

	if (entry->type == PACK_OFFSET_DELTA) {
		size_t base = pack_find_entry(objects->items, objects->count,
			sizeof(*objects->items), entry->base_offset);

		if (base == PACK_NO_ENTRY)
			return damaged(err, "a delta's base is not in it");
		new.base = (uint32_t)base;
	}
	if (entry->type == PACK_REF_DELTA)
		add_named(objects, &entry->base, objects->count);
	objects->deltas += !pack_object_is_whole(&new);
	objects->items = grow(objects->items, objects->count, sizeof(*objects->items));
	objects->items[objects->count++] = new;
	return 0;
}

static int begin(void *context, const struct pack_entry *entry, struct err *err)
{
	struct pack_objects *objects = context;

	if (objects->count == PACK_NO_OBJECT)
		return damaged(err, "it has too many objects");
	if (add(objects, entry, err) < 0)
		return -1;
	if (entry->size <= LIMIT_PACK_WHOLE)
		return PACK_WHOLE;
	if (entry->type < PACK_OFFSET_DELTA &&
		checked_new(&objects->large, entry->type, entry->size, err) < 0)
		return -1;
	return PACK_PIECES;
}

static int piece(void *context, struct span bytes, struct err *err)
{
	struct pack_objects *objects = context;

	return objects->large ? checked_add(objects->large, bytes, err) : 0;
}

static int end_large(struct pack_objects *objects, struct pack_object *object, struct err *err)
{
	int status = checked_take(objects->large, object->id, err);

	checked_free(TAKE(objects->large));
	return status;
}

static int end(void *context, const struct pack_entry *entry, struct span content, struct err *err)
{
	struct pack_objects *objects = context;
	struct pack_object *object = &objects->items[objects->count - 1];

	object->crc = entry->crc;
	objects->end = entry->end;
	if (objects->large)
		return end_large(objects, object, err);
	if (entry->size > LIMIT_PACK_WHOLE)
		return 0;
	if (buf_add_span(&objects->kept, content) == 0)
		object->kept = (uint32_t)(objects->kept.length - content.length);
	return pack_object_is_whole(object) ? checked_id(entry->type, content, object->id, err) : 0;
}

void pack_objects_begin(struct pack_objects *objects, int fd)
{
	*objects = (struct pack_objects){ .fd = fd, .kept = BUF(LIMIT_PACK_KEPT) };
}

void pack_objects_release(struct pack_objects *objects)
{
	checked_free(objects->large);
	buf_release(&objects->kept);
	free(objects->named);
	free(objects->items);
}

struct pack_visitor pack_objects_visitor(struct pack_objects *objects)
{
	return (struct pack_visitor){
		.begin = begin, .piece = piece, .end = end, .context = objects, .crc = true
	};
}

static uint64_t end_of(const struct pack_objects *objects, uint32_t number)
{
	return number + 1 < objects->count ? objects->items[number + 1].offset : objects->end;
}

/* Inflate the bytes from `offset` on; `room` is as large as what they make. */
static int inflate_at(const struct pack_objects *objects, uint64_t offset, uint64_t end_offset,
	struct flate *inflate, struct buf *room, struct err *err)
{
	bool ended = false;

	while (!ended) {
		char data[16 * KIB];
		size_t wanted = end_offset - offset < sizeof(data) ? (size_t)(end_offset - offset)
								   : sizeof(data);
		ssize_t count = pread(objects->fd, data, wanted, (off_t)offset);
		struct span bytes = { data, count > 0 ? (size_t)count : 0 };

		if (count < 0 && errno != EINTR)
			return err_errno(err, "the pack cannot be read again");
		if (count == 0)
			return damaged(err, "an entry changed meanwhile");
		offset += bytes.length;
		while (bytes.length && !ended) {
			long made = flate_inflate(inflate, &bytes, room->data + room->length,
				room->size - room->length, &ended);

			if (made < 0 || (made == 0 && !ended && bytes.length))
				return damaged(err, "an entry changed meanwhile");
			room->length += (size_t)made;
		}
	}
	return 0;
}

int pack_objects_read(const struct pack_objects *objects, uint32_t number, struct flate *inflate,
	struct buf *room, struct span *content, struct err *err)
{
	const struct pack_object *object = &objects->items[number];

	if (object->kept != KEPT_NOT) {
		*content = (struct span){ objects->kept.data + object->kept, (size_t)object->size };
		return 0;
	}
	buf_clear(room);
	if (!buf_reserve(room, (size_t)object->size))
		return damaged(err, "an entry is too large to be the base of a delta");
	flate_reset(inflate);
	if (inflate_at(objects, object->offset + object->header, end_of(objects, number), inflate,
		    room, err) < 0)
		return -1;
	*content = buf_span(room);
	return 0;
}

/* Objects that are there more than once by their offsets, as git has it. */
static int compare(const void *a, const void *b)
{
	const struct pack_place *one = a, *other = b;
	int order = memcmp(one->id, other->id, OID_RAW);

	return order ? order : (one->object > other->object) - (one->object < other->object);
}

struct pack_place *pack_objects_sort(
	const struct pack_objects *objects, uint32_t fanout[static PACK_FANOUT])
{
	struct pack_place *places = mem_resize(NULL, (size_t)objects->count + 1, sizeof(*places));
	uint32_t next[PACK_FANOUT] = { 0 }, first = 0;

	for (uint32_t i = 0; i < objects->count; i++)
		next[objects->items[i].id[0]]++;
	for (size_t byte = 0; byte < PACK_FANOUT; byte++) {
		uint32_t count = next[byte];

		next[byte] = first;
		first += count;
		fanout[byte] = first;
	}
	for (uint32_t i = 0; i < objects->count; i++) {
		const unsigned char *id = objects->items[i].id;
		struct pack_place *place = &places[next[id[0]]++];

		memcpy(place->id, id, OID_RAW);
		place->object = i;
	}
	/* many small sorts cost less than one of all */
	for (size_t byte = 0; byte < PACK_FANOUT; byte++) {
		uint32_t begins = byte ? fanout[byte - 1] : 0;

		qsort(places + begins, fanout[byte] - begins, sizeof(*places), compare);
	}
	return places;
}
