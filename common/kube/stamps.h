/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stamps: lines with a timestamp in front, and where to go on among them after a cut.
 *
 * The API can be asked for the lines from a second on, and gives them in their order. So it is
 * enough to know how many lines of the newest seconds were shown: on going on from the first of
 * these, so many are passed over. Stamps need not be in order, as stdout and stderr of a container
 * overtake each other, but not by more than STAMPS_SECONDS - 1 seconds.
 */
#ifndef KUBE_STAMPS_H
#define KUBE_STAMPS_H

#include "base/buf.h"
#include "base/clock.h"

#define STAMPS_SECONDS 3
#define STAMPS_LAST_SIZE sizeof("2026-11-23T14:31:53")

struct stamps {
	int64_t newest;                 /* second since 1970; 0: nothing was shown yet */
	uint64_t shown[STAMPS_SECONDS]; /* lines of the newest second, of the one before, ... */
	uint64_t to_skip;               /* of the stream that is read now */
	bool keep;                      /* they are shown as well */
	char last
		[STAMPS_LAST_SIZE]; /* the last one in UTC, down to its second, and which that is */
	int64_t last_second;
};

/* A stream begins: "sinceTime" for it in `since`, or false where it is to be read from its start. */
bool stamps_resume(struct stamps *stamps, char since[static CLOCK_RFC3339_SIZE]);

/*
 * Take the whole lines of `*text` off it and append those that are new, without their stamps unless
 * these are kept, to `lines`; -1 where these are full. With `last` what follows the last newline is a line too.
 */
MUST_CHECK int stamps_take(struct stamps *stamps, struct span *text, bool last, struct buf *lines);

#endif
