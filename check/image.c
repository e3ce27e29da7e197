/* SPDX-License-Identifier: Apache-2.0 */
/* check, image: the builds worth deploying since the given version, oldest first. */
#include <string.h>

#include "base/clock.h"
#include "base/stop.h"
#include "build/image_wait.h"
#include "build/table.h"
#include "build/version.h"
#include "check/check.h"

/*
 * The Image alone tells that nothing moved: its newest good image is the given one, and at most one
 * build came after the given build. That one runs, failed or made the same; had it made another,
 * then this would be the newest. With two there may be an A, B, A in between. A counter below the
 * given number is a new Image that has come to the same image.
 */
static bool nothing_moved(const struct image *image, const struct given *given)
{
	return given->image && given->number && strcmp(image->latest_image, given->image) == 0 &&
		image->build_counter <= given->number + 1;
}

/* Whether what is worth it among the newest builds is so among all: its first begins a run for sure,
 * and is of the given image, where there is one. */
static bool newest_tell(const struct worth *worth, const struct given *given)
{
	const struct build *first = worth->count ? worth->items[0] : NULL;

	return first && worth_begins(first) &&
		(!given->image || strcmp(first->image, given->image) == 0);
}

/* For a version without a number, or none: 1 where the newest builds alone tell, 0 where they do not. */
static int read_newest(struct builds *builds, struct worth *worth, const struct service *service,
	const struct image *image, const struct given *given, struct err *err)
{
	int listed = builds_list_newest(builds, service, image, err);

	if (listed <= 0)
		return listed;
	worth_since(worth, builds, given);
	if (newest_tell(worth, given))
		return 1;
	builds_release(builds);
	worth_release(worth);
	return 0;
}

static int read_all(struct builds *builds, struct worth *worth, const struct service *service,
	const struct image *image, const struct given *given, struct err *err)
{
	if (builds_list(builds, service, image, &(struct builds_range){ 0 }, err) < 0)
		return -1;
	worth_since(worth, builds, given);
	return 0;
}

static bool has_number(const struct builds *builds, uint64_t number)
{
	for (size_t i = 0; i < builds->count; i++)
		if (builds->items[i].number == number)
			return true;
	return false;
}

/* The builds from the given number on: 1 where they tell. Where it is another build's now, the Image
 * was made anew, and the answer is its newest run, which may begin before them. */
static int read_since(struct builds *builds, struct worth *worth, const struct service *service,
	const struct image *image, const struct given *given, struct err *err)
{
	struct builds_range range = { .first = given->number, .last = image->build_counter };

	if (!builds_are_few(&range))
		return 0;
	if (builds_list(builds, service, image, &range, err) < 0)
		return -1;
	worth_since(worth, builds, given);
	if (worth->given_stands || !has_number(builds, given->number))
		return 1;
	builds_release(builds);
	worth_release(worth);
	return 0;
}

/* No more builds than the answer needs, and all of them where that cannot be told before. */
static int read_builds(struct builds *builds, struct worth *worth, const struct service *service,
	const struct image *image, const struct given *given, struct err *err)
{
	int enough = given->number ? read_since(builds, worth, service, image, given, err)
				   : read_newest(builds, worth, service, image, given, err);

	if (enough != 0)
		return enough < 0 ? -1 : 0;
	return read_all(builds, worth, service, image, given, err);
}

/* What is worth deploying behind the given version, as far as it is known now. */
static int look(struct builds *builds, struct worth *worth, const struct service *service,
	const struct image *image, const struct given *given, struct err *err)
{
	builds_release(builds);
	worth_release(worth);
	if (nothing_moved(image, given)) {
		worth->given_stands = true;
		return 0;
	}
	if (!*image->latest_image)
		return 0; /* nothing was ever built */
	return read_builds(builds, worth, service, image, given, err);
}

/* A look at what has moved meanwhile that failed: a stop ends the wait, with the answer of before it. */
static int end_wait(struct worth *worth, bool given_stood, struct err *err)
{
	if (err->kind != ERR_STOPPED)
		return -1;
	stop_forget();
	worth->given_stands = given_stood;
	return 0;
}

/* Look, and where nothing is new wait for the Image to move, for as long as source.watch says. */
static int look_and_wait(struct builds *builds, struct worth *worth, const struct service *service,
	struct image *image, const struct given *given, struct err *err)
{
	const int64_t end_ms = clock_monotonic_ms() + service->watch_ms;

	if (look(builds, worth, service, image, given, err) < 0)
		return -1;
	while (!worth->count && service->watch_ms) {
		bool given_stood = worth->given_stands;
		int moved = image_wait(image, service, end_ms, err);

		if (moved <= 0)
			return moved;
		if (look(builds, worth, service, image, given, err) < 0)
			return end_wait(worth, given_stood, err);
	}
	return 0;
}

int check_image(const struct request *request, struct answer *answer, struct err *err)
{
	auto_service struct service service = { 0 };
	auto_image struct image image = { 0 };
	auto_builds struct builds builds = { 0 };
	auto_worth struct worth worth = { 0 };
	struct given given;

	if (version_read(&given, request->version, err) < 0 ||
		service_open(&service, request->source, err) < 0 ||
		image_open(&image, &service, err) < 0 ||
		look_and_wait(&builds, &worth, &service, &image, &given, err) < 0)
		return -1;
	if (worth.given_stands)
		answer_echo_version(answer, request->version_map);
	for (size_t i = 0; i < worth.count; i++)
		version_add(answer, worth.items[i]->number, worth.items[i]->image);
	if (worth.count) {
		table_print(&builds);
		table_print_status(&image, &builds);
	}
	return 0;
}
