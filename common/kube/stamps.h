/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stamps: lines with a timestamp in front, and where to go on among them after a cut.
 *
 * The API can be asked for the lines from a second on, and gives them in their order. So it is
 * enough to know the newest second of which a line was shown, and how many lines were shown of it
 * and of what is newer: on going on, so many are passed over. Stamps of one second need not be in
 * order, as stdout and stderr of a container overtake each other.
 */
#ifndef KUBE_STAMPS_H
#define KUBE_STAMPS_H

#include "base/buf.h"
#include "base/clock.h"

struct stamps {
	int64_t second; /* since 1970, of which `shown` lines were shown; 0: of none yet */
	uint64_t shown;
	uint64_t to_skip; /* of the stream that is read now */
};

/* A stream begins: "sinceTime" for it in `since`, or false where it is to be read from its start. */
bool stamps_resume(struct stamps *stamps, char since[static CLOCK_RFC3339_SIZE]);

/*
 * Take the whole lines of `*text` off it and append those that are new, without their stamps, to
 * `lines`; -1 where these are full. With `last` what follows the last newline is a line too.
 */
MUST_CHECK int stamps_take(struct stamps *stamps, struct span *text, bool last, struct buf *lines);

#endif
