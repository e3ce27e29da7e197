/* SPDX-License-Identifier: Apache-2.0 */
/* worth: which builds are worth deploying. */
#include <string.h>

#include "base/mem.h"
#include "build/worth.h"

static const size_t none = SIZE_MAX;

void worth_release(struct worth *worth)
{
	free(worth->items);
	*worth = (struct worth){ 0 };
}

static bool same_digest(const char *a, const char *b)
{
	return strcmp(build_digest(a), build_digest(b)) == 0;
}

/* The good build before items[index], or none. */
static size_t good_before(const struct builds *builds, size_t index)
{
	while (index-- > 0)
		if (builds->items[index].state == BUILD_GOOD)
			return index;
	return none;
}

bool worth_begins(const struct build *build)
{
	return *build_digest(build->last_image) && !same_digest(build->image, build->last_image);
}

/* Whether a run begins with the good build items[index]. */
static bool begins_run(const struct builds *builds, size_t index)
{
	const struct build *build = &builds->items[index];
	size_t before;

	if (*build_digest(build->last_image))
		return !same_digest(build->image, build->last_image);
	before = good_before(builds, index);
	return before == none || !same_digest(build->image, builds->items[before].image);
}

const struct build *worth_run(const struct builds *builds, size_t index)
{
	while (!begins_run(builds, index)) {
		size_t before = good_before(builds, index);

		if (before == none ||
			!same_digest(builds->items[index].image, builds->items[before].image))
			break;
		index = before;
	}
	return &builds->items[index];
}

const struct build *worth_newest(const struct builds *builds)
{
	size_t newest = good_before(builds, builds->count);

	return newest == none ? NULL : worth_run(builds, newest);
}

static void add(struct worth *worth, const struct build *build)
{
	worth->items = mem_resize(worth->items, worth->count + 1, sizeof(const struct build *));
	worth->items[worth->count++] = build;
}

/* All worth it with an index of at least `from`, after an image that is known. */
static void add_from(
	struct worth *worth, const struct builds *builds, size_t from, const char *image)
{
	for (size_t i = from; i < builds->count; i++) {
		const struct build *build = &builds->items[i];

		if (build->state != BUILD_GOOD || same_digest(build->image, image) ||
			!begins_run(builds, i))
			continue;
		add(worth, build);
		image = build->image;
	}
}

static void add_newest(struct worth *worth, const struct builds *builds)
{
	const struct build *newest = worth_newest(builds);

	if (newest)
		add(worth, newest);
}

/* The newest good build that made exactly this image. */
static size_t find_image(const struct builds *builds, const char *image)
{
	size_t index = builds->count;

	while ((index = good_before(builds, index)) != none)
		if (strcmp(builds->items[index].image, image) == 0)
			break;
	return index;
}

static size_t find_number(const struct builds *builds, uint64_t number)
{
	for (size_t i = 0; i < builds->count; i++)
		if (builds->items[i].number == number)
			return i;
	return none;
}

/* A version that only has an image is answered with the run that it means, as both keys. */
static void since_image(struct worth *worth, const struct builds *builds, const char *image)
{
	size_t at = find_image(builds, image);

	if (at == none) {
		add_newest(worth, builds);
		return;
	}
	add(worth, worth_run(builds, at));
	add_from(worth, builds, at + 1, image);
}

/* The given build is not there, and newer ones are: it was pruned, and they go on from it. */
static void since_pruned(
	struct worth *worth, const struct builds *builds, const struct given *given)
{
	size_t from = 0;

	while (from < builds->count && builds->items[from].number < given->number)
		from++;
	add_from(worth, builds, from, given->image);
	worth->given_stands = worth->count == 0;
}

/* The Image was made anew and counts from 1 again: nothing is known between then and now. */
static void since_anew(struct worth *worth, const struct builds *builds, const struct given *given)
{
	size_t newest = good_before(builds, builds->count);

	worth->given_stands = newest != none &&
		strcmp(builds->items[newest].image, given->image) == 0;
	if (!worth->given_stands)
		add_newest(worth, builds);
}

static void since_number(
	struct worth *worth, const struct builds *builds, const struct given *given)
{
	size_t at = find_number(builds, given->number);
	bool newer = builds->count && builds->items[builds->count - 1].number > given->number;

	if (at == none && newer) {
		since_pruned(worth, builds, given);
	} else if (at == none || builds->items[at].state != BUILD_GOOD ||
		strcmp(builds->items[at].image, given->image) != 0) {
		since_anew(worth, builds, given);
	} else {
		worth->given_stands = true;
		add_from(worth, builds, at + 1, given->image);
	}
}

void worth_since(struct worth *worth, const struct builds *builds, const struct given *given)
{
	*worth = (struct worth){ 0 };
	if (!given->image)
		add_newest(worth, builds);
	else if (!given->number)
		since_image(worth, builds, given->image);
	else
		since_number(worth, builds, given);
}
