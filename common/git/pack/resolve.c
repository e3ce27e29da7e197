/* SPDX-License-Identifier: Apache-2.0 */
/* resolve: the deltas of a pack become objects: each is made once, hashed and let go. */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "git/pack/descent.h"
#include "git/pack/resolve.h"

/* Fewer deltas than this are made before another thread has begun. */
enum { DELTAS_EACH = 200 };

struct work {
	struct pack_objects *objects;
	struct family family;
	atomic_uint next; /* root that nobody has taken */
	atomic_uint done; /* deltas */
	atomic_bool failed;
	pthread_mutex_t large;
	pthread_mutex_t showing;
	resolve_progress *progress;
	void *context;
};

/* One of the threads. The first is the one that called. */
struct hand {
	struct work *work;
	pthread_t thread;
	bool started;
	int status;
	struct err err;
};

/* Whoever has the work shows how it gets on: the first may have none. */
static void count_done(void *context)
{
	const struct hand *hand = context;
	struct work *work = hand->work;

	atomic_fetch_add(&work->done, 1);
	if (pthread_mutex_trylock(&work->showing) != 0)
		return;
	work->progress(work->context, atomic_load(&work->done));
	(void)pthread_mutex_unlock(&work->showing);
}

static void *run(void *argument)
{
	struct hand *hand = argument;
	struct work *work = hand->work;
	struct descent *descent = descent_new(
		work->objects, &work->family, work->objects->named_count != 0, &work->large);
	uint32_t root;

	while (!hand->status && !atomic_load(&work->failed) &&
		(root = atomic_fetch_add(&work->next, 1)) < work->family.root_count)
		hand->status = descent_run(
			descent, work->family.roots[root], count_done, hand, &hand->err);
	if (hand->status)
		atomic_store(&work->failed, true);
	descent_free(descent);
	return NULL;
}

/* A delta that names its base joins the family of whatever turns out to be it: work for one thread. */
static size_t count_hands(const struct pack_objects *objects)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t count = objects->deltas / DELTAS_EACH + 1;

	if (objects->named_count || processors < 1)
		return 1;
	if (count > (size_t)processors)
		count = (size_t)processors;
	return count < PACK_THREADS_MAX ? count : PACK_THREADS_MAX;
}

/* All that builds on the roots. */
static int run_round(struct work *work, struct err *err)
{
	struct hand hands[PACK_THREADS_MAX] = { 0 };
	size_t count = count_hands(work->objects);
	int status = 0;

	atomic_store(&work->next, 0);
	for (size_t i = 0; i < count; i++) {
		hands[i].work = work;
		/* where there is no further thread, those that there are do more */
		hands[i].started = i > 0 &&
			pthread_create(&hands[i].thread, NULL, run, &hands[i]) == 0;
	}
	(void)run(&hands[0]);
	for (size_t i = 0; i < count; i++) {
		if (hands[i].started)
			(void)pthread_join(hands[i].thread, NULL);
		if (hands[i].status && !status) {
			*err = hands[i].err;
			status = -1;
		}
	}
	return status;
}

static int compare_named(const void *a, const void *b)
{
	return memcmp(((const struct pack_named *)a)->base, ((const struct pack_named *)b)->base,
		OID_RAW);
}

static int compare_place(const void *id, const void *place)
{
	return memcmp(id, ((const struct pack_place *)place)->id, OID_RAW);
}

/* Find the bases that are named and known by now. */
static void find_named(struct pack_objects *objects)
{
	uint32_t fanout[PACK_FANOUT];
	auto_free struct pack_place *places = pack_objects_sort(objects, fanout);

	for (uint32_t i = 0; i < objects->named_count; i++) {
		const struct pack_named *named = &objects->named[i];
		const struct pack_place *place;

		if (objects->items[named->object].base != PACK_NO_OBJECT)
			continue;
		place = bsearch(
			named->base, places, objects->count, sizeof(*places), compare_place);
		if (place && pack_object_is_whole(&objects->items[place->object]))
			objects->items[named->object].base = place->object;
	}
}

static int run_rounds(struct work *work, struct err *err)
{
	struct pack_objects *objects = work->objects;
	uint32_t before, rounds = 0;

	if (objects->named_count)
		qsort(objects->named, objects->named_count, sizeof(*objects->named), compare_named);
	do {
		if (rounds++ == PACK_ROUNDS_MAX)
			return err_set(err, ERR_REMOTE,
				"the pack that the server sent is refused: its deltas build on each other in too many ways");
		before = atomic_load(&work->done);
		if (objects->named_count)
			find_named(objects);
		family_link(&work->family, objects);
		if (run_round(work, err) < 0)
			return -1;
	} while (atomic_load(&work->done) > before && atomic_load(&work->done) < objects->deltas);
	if (atomic_load(&work->done) == objects->deltas)
		return 0;
	return err_set(err, ERR_REMOTE,
		"the pack that the server sent is damaged: a delta's base is not in it");
}

int pack_resolve(
	struct pack_objects *objects, resolve_progress *progress, void *context, struct err *err)
{
	struct work work = { .objects = objects,
		.progress = progress,
		.context = context,
		.large = PTHREAD_MUTEX_INITIALIZER,
		.showing = PTHREAD_MUTEX_INITIALIZER };
	int status = objects->deltas ? run_rounds(&work, err) : 0;

	family_release(&work.family);
	return status;
}
