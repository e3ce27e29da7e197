/* SPDX-License-Identifier: Apache-2.0 */
/* descent: one thread's walk from an object that is whole to all that build on it. */
#include <pthread.h>
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
	uint32_t adopted;    /* so many of the children that are left, which come first */
	bool unforeseen;     /* it was adopted, or what it builds on was */
	struct span content; /* of the pack's memory, or */
	struct buf owned;
};

struct descent {
	struct pack_objects *objects;
	struct family *family;
	bool adopt;
	pthread_mutex_t *large; /* to hold much */
	bool alone;             /* has it */
	struct flate *inflate;
	struct buf delta; /* room for one that is read */
	struct level *levels;
	size_t depth, room;
	size_t oldest; /* level to be let go first; those below cannot, or have been */
	size_t held;   /* bytes of the levels */
	struct buf spare[SPARE_MAX]; /* memory for the next contents */
	size_t spare_count;
};

struct descent *descent_new(
	struct pack_objects *objects, struct family *family, bool adopt, pthread_mutex_t *large)
{
	struct descent *descent = mem_alloc(sizeof(*descent));

	descent->objects = objects;
	descent->family = family;
	descent->adopt = adopt;
	descent->large = large;
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

/* Room for so many bytes more is wanted. */
static void expect(struct descent *descent, uint64_t size)
{
	if (descent->alone || descent->held + size <= LIMIT_PACK_HELD)
		return;
	(void)pthread_mutex_lock(descent->large);
	descent->alone = true;
}

/*
 * How much builds on what is adopted is not known, so that its levels may be many. The first of them
 * are let go: the bases of their children are known by now, and the next round makes them.
 */
static void let_go(struct descent *descent)
{
	while (descent->held > LIMIT_PACK_HELD && descent->oldest + 1 < descent->depth) {
		struct level *level = &descent->levels[descent->oldest++];

		descent->held -= level->content.length;
		level->content.length = 0;
		level->child = PACK_NO_OBJECT;
		give_room(descent, &level->owned);
	}
}

/* The level's content becomes the descent's. */
static int push(
	struct descent *descent, uint32_t object, const struct level *level, struct err *err)
{
	if (descent->depth == descent->room) {
		descent->room = descent->room ? 2 * descent->room : 32;
		descent->levels = mem_resize(
			descent->levels, descent->room, sizeof(*descent->levels));
	}
	descent->levels[descent->depth] = *level;
	descent->levels[descent->depth++].child = descent->family->first[object];
	descent->held += level->content.length;
	if (!level->unforeseen)
		descent->oldest = descent->depth;
	let_go(descent);
	if (descent->held <= LIMIT_PACK_HELD_ALONE)
		return 0;
	return err_set(err, ERR_REMOTE,
		"the pack that the server sent is refused: its deltas need more than %d MiB of memory",
		(int)(LIMIT_PACK_HELD_ALONE / MIB));
}

static void pop(struct descent *descent)
{
	struct level *level = &descent->levels[--descent->depth];

	descent->held -= level->content.length;
	give_room(descent, &level->owned);
	if (descent->oldest > descent->depth)
		descent->oldest = descent->depth;
}

static int push_root(struct descent *descent, uint32_t root, struct err *err)
{
	struct level level = { .owned = take_room(descent) };

	expect(descent, descent->objects->items[root].size);
	if (pack_objects_read(descent->objects, root, descent->inflate, &level.owned,
		    &level.content, err) < 0) {
		buf_release(&level.owned);
		return -1;
	}
	return push(descent, root, &level, err);
}

static int compare(const void *id, const void *named)
{
	return memcmp(id, ((const struct pack_named *)named)->base, OID_RAW);
}

/* What names the object that was just made becomes its child. Returns how many do. */
static uint32_t adopt(struct descent *descent, uint32_t object)
{
	const struct pack_objects *objects = descent->objects;
	const struct pack_named *named = NULL, *all = objects->named;
	const unsigned char *id = objects->items[object].id;
	uint32_t count = 0;

	if (descent->adopt)
		named = bsearch(id, all, objects->named_count, sizeof(*named), compare);
	/* another copy of the object has all of them, or none */
	if (!named || objects->items[named->object].base != PACK_NO_OBJECT)
		return 0;
	while (named > all && compare(id, named - 1) == 0)
		named--;
	for (; named < all + objects->named_count && compare(id, named) == 0; named++) {
		objects->items[named->object].base = object;
		descent->family->next[named->object] = descent->family->first[object];
		descent->family->first[object] = named->object;
		count++;
	}
	return count;
}

/* Hash what was made. Returns 1, or 0 where an earlier round has done that and it is but on the way to
 * others. */
static int settle(struct descent *descent, uint32_t number, struct level *made, struct err *err)
{
	struct pack_object *object = &descent->objects->items[number];
	enum pack_type type = (enum pack_type)descent->objects->items[object->base].type;

	if (pack_object_is_whole(object))
		return 0;
	if (checked_id(type, made->content, object->id, err) < 0)
		return -1;
	object->type = (uint8_t)type;
	made->adopted = adopt(descent, number);
	return 1;
}

/* The content of a child. */
static int make(struct descent *descent, uint32_t child, struct span base, struct buf *made,
	struct err *err)
{
	struct span delta;
	uint64_t size;
	int status;

	expect(descent, descent->objects->items[child].size);
	if (pack_objects_read(
		    descent->objects, child, descent->inflate, &descent->delta, &delta, err) < 0)
		return -1;
	if (delta_result(delta, &size)) {
		if (size > made->max)
			return err_set(err, ERR_REMOTE,
				"the pack that the server sent is refused: a delta makes more than %d MiB",
				LIMIT_PACK_RESULT / MIB);
		expect(descent, delta.length + size);
	}
	status = delta_apply(made, base, delta, err);
	if (descent->delta.size > SPARE_SIZE_MAX)
		buf_release(&descent->delta);
	return status;
}

/* To the next child of a level; the level goes where that was the last. */
static void advance(struct descent *descent, struct level *level)
{
	level->child = descent->family->next[level->child];
	if (level->adopted)
		level->adopted--;
	if (level->child == PACK_NO_OBJECT)
		pop(descent);
}

/* Make the next child of the lowest level. Returns what settle() does. */
static int step(struct descent *descent, struct err *err)
{
	struct level *parent = &descent->levels[descent->depth - 1];
	struct level made = { .owned = take_room(descent),
		.unforeseen = parent->unforeseen || parent->adopted };
	uint32_t child = parent->child;
	int status = make(descent, child, parent->content, &made.owned, err);

	if (status == 0) {
		made.content = buf_span(&made.owned);
		advance(descent, parent);
		status = settle(descent, child, &made, err);
	}
	if (status < 0 || descent->family->first[child] == PACK_NO_OBJECT) {
		give_room(descent, &made.owned);
		return status;
	}
	return push(descent, child, &made, err) < 0 ? -1 : status;
}

static int walk(
	struct descent *descent, void (*done)(void *context), void *context, struct err *err)
{
	while (descent->depth) {
		int status;

		if (descent->levels[descent->depth - 1].child == PACK_NO_OBJECT) {
			pop(descent);
			continue;
		}
		status = stop_check(err) < 0 ? -1 : step(descent, err);
		if (status < 0)
			return -1;
		if (status)
			done(context);
	}
	return 0;
}

int descent_run(struct descent *descent, uint32_t root, void (*done)(void *context), void *context,
	struct err *err)
{
	int status = push_root(descent, root, err) < 0 ? -1 : walk(descent, done, context, err);

	if (descent->alone)
		(void)pthread_mutex_unlock(descent->large);
	descent->alone = false;
	return status;
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
