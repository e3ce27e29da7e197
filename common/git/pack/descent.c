/* SPDX-License-Identifier: Apache-2.0 */
/* descent: one thread's walk from an object that is whole to all that build on it. */
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/stop.h"
#include "git/pack/delta.h"
#include "git/pack/descent.h"

enum { SPARE_MAX = 16, SPARE_SIZE_MAX = 256 * KIB };

/* An object whose children are being made. */
struct level {
	uint32_t child;      /* the next */
	struct span content; /* of the pack's memory, or */
	struct buf owned;
};

struct descent {
	struct pack_objects *objects;
	struct family *family;
	bool adopt;
	struct flate *inflate;
	struct buf delta; /* room for one that is read */
	struct level *levels;
	size_t depth, room;
	size_t held;                 /* bytes of the levels */
	struct buf spare[SPARE_MAX]; /* memory for the next contents */
	size_t spare_count;
};

struct descent *descent_new(struct pack_objects *objects, struct family *family, bool adopt)
{
	struct descent *descent = mem_alloc(sizeof(*descent));

	descent->objects = objects;
	descent->family = family;
	descent->adopt = adopt;
	descent->inflate = flate_new_inflate(FLATE_ZLIB);
	descent->delta = BUF(LIMIT_PACK_RESULT);
	return descent;
}

static struct buf take_room(struct descent *descent)
{
	return descent->spare_count ? descent->spare[--descent->spare_count]
				    : BUF(LIMIT_PACK_RESULT);
}

static void give_room(struct descent *descent, struct buf *room)
{
	if (room->data && room->size <= SPARE_SIZE_MAX && descent->spare_count < SPARE_MAX) {
		buf_clear(room);
		descent->spare[descent->spare_count++] = *room;
		*room = BUF(LIMIT_PACK_RESULT);
	} else {
		buf_release(room);
	}
}

static void push(
	struct descent *descent, uint32_t object, struct span content, const struct buf *owned)
{
	if (descent->depth == descent->room) {
		descent->room = descent->room ? 2 * descent->room : 32;
		descent->levels = mem_resize(
			descent->levels, descent->room, sizeof(*descent->levels));
	}
	descent->levels[descent->depth++] = (struct level){
		.child = descent->family->first[object], .content = content, .owned = *owned
	};
	descent->held += content.length;
}

static void pop(struct descent *descent)
{
	struct level *level = &descent->levels[--descent->depth];

	descent->held -= level->content.length;
	give_room(descent, &level->owned);
}

static int push_root(struct descent *descent, uint32_t root, struct err *err)
{
	struct buf owned = take_room(descent);
	struct span content;

	if (pack_objects_read(descent->objects, root, descent->inflate, &owned, &content, err) <
		0) {
		buf_release(&owned);
		return -1;
	}
	push(descent, root, content, &owned);
	return 0;
}

static int compare(const void *id, const void *named)
{
	return memcmp(id, ((const struct pack_named *)named)->base, OID_RAW);
}

/*
 * What names the object that was just made becomes its child. How much builds on that is not known, so
 * that much may come to be held: beyond a bound it is left to the next round.
 */
static void adopt(struct descent *descent, uint32_t object)
{
	const struct pack_objects *objects = descent->objects;
	const struct pack_named *named = NULL, *all = objects->named;
	const unsigned char *id = objects->items[object].id;

	if (descent->adopt && descent->held <= LIMIT_PACK_HELD)
		named = bsearch(id, all, objects->named_count, sizeof(*named), compare);
	if (!named)
		return;
	while (named > all && compare(id, named - 1) == 0)
		named--;
	for (; named < all + objects->named_count && compare(id, named) == 0; named++) {
		if (objects->items[named->object].base != PACK_NO_OBJECT)
			continue; /* of another copy of the object */
		objects->items[named->object].base = object;
		descent->family->next[named->object] = descent->family->first[object];
		descent->family->first[object] = named->object;
	}
}

/* Hash it. Returns 1, 0 where an earlier round has done that and it is only on the way to others, or -1. */
static int settle(struct descent *descent, uint32_t number, struct span content, struct err *err)
{
	struct pack_object *object = &descent->objects->items[number];
	enum pack_type type = (enum pack_type)descent->objects->items[object->base].type;

	if (pack_object_is_whole(object))
		return 0;
	if (checked_id(type, content, object->id, err) < 0)
		return -1;
	object->type = (uint8_t)type;
	adopt(descent, number);
	return 1;
}

/* Make the next child of the lowest level. Returns what settle() does. */
static int step(struct descent *descent, struct err *err)
{
	int status;
	struct level *parent = &descent->levels[descent->depth - 1];
	uint32_t child = parent->child;
	auto_buf struct buf made = take_room(descent);
	struct span delta;

	if (pack_objects_read(
		    descent->objects, child, descent->inflate, &descent->delta, &delta, err) < 0 ||
		delta_apply(&made, parent->content, delta, err) < 0)
		return -1;
	parent->child = descent->family->next[child];
	if (parent->child == PACK_NO_OBJECT)
		pop(descent);
	status = settle(descent, child, buf_span(&made), err);
	if (status < 0)
		return -1;
	if (descent->family->first[child] == PACK_NO_OBJECT) {
		give_room(descent, &made);
	} else {
		push(descent, child, buf_span(&made), &made);
		made = BUF(LIMIT_PACK_RESULT);
	}
	return status;
}

int descent_run(struct descent *descent, uint32_t root, void (*done)(void *context), void *context,
	struct err *err)
{
	if (push_root(descent, root, err) < 0)
		return -1;
	while (descent->depth) {
		int status = stop_check(err) < 0 ? -1 : step(descent, err);

		if (status < 0)
			return -1;
		if (status)
			done(context);
	}
	return 0;
}

void descent_free(struct descent *descent)
{
	while (descent->depth)
		pop(descent);
	while (descent->spare_count)
		buf_release(&descent->spare[--descent->spare_count]);
	buf_release(&descent->delta);
	flate_free(descent->inflate);
	free(descent->levels);
	free(descent);
}
