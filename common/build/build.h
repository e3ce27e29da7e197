/* SPDX-License-Identifier: Apache-2.0 */
/* build: kpack's Builds of one Image, as far as we look at them. */
#ifndef BUILD_BUILD_H
#define BUILD_BUILD_H

#include "build/image.h"

enum build_state { BUILD_RUNNING, BUILD_GOOD, BUILD_FAILED };

/* Owns its texts, "" where there is none. */
struct build {
	char *name;
	uint64_t number; /* counts from 1 as long as the Image is not made anew */
	int64_t created_ms;
	enum build_state state;
	char *image;      /* repository@sha256:..., of a good one */
	char *last_image; /* what the last good build before it had made, as kpack saw it */
	char *reason;     /* "COMMIT,STACK" */
	char *message;    /* of the condition Succeeded */
};

/* Sorted by number, then by creation. `{ 0 }` is an empty list. */
struct builds {
	struct build *items;
	size_t count;
};

void build_read(struct build *build, json_t *object); /* fills it, whatever it held */
void build_release(struct build *build);
#define auto_build AUTO(build_release)

void builds_release(struct builds *builds);
#define auto_builds AUTO(builds_release)

/* Take the build over. */
void builds_add(struct builds *builds, struct build *build);

/* Which Builds of the Image; zeroes: all of them. */
struct builds_range {
	uint64_t first; /* numbers, both included */
	uint64_t last;
	int64_t generation; /* of the Image that they were made for */
};

/* More numbers than these are not named one by one: all builds are read. */
#define BUILDS_RANGE_MAX 200

/* Whether they are: the numbers are few, and there is one. */
bool builds_are_few(const struct builds_range *range);

/* So many newer builds an Image may have than its status has noted. */
#define BUILDS_AHEAD 20

/* LIST them, without those of an earlier Image of the same name. */
MUST_CHECK int builds_list(struct builds *builds, const struct service *service,
	const struct image *image, const struct builds_range *range, struct err *err);

/* The same of the newest alone, BUILDS_NEWEST of them: 1. 0 where there are not many more, and nothing was
 * asked. */
#define BUILDS_NEWEST 20
MUST_CHECK int builds_list_newest(struct builds *builds, const struct service *service,
	const struct image *image, struct err *err);

/* "sha256:..." of a reference by digest, "" where it has none. Borrowed. */
const char *build_digest(const char *image);

#endif
