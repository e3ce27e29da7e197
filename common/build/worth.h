/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worth: which builds are worth deploying. The one home of this rule.
 *
 * A good build is worth it when its digest differs from that of the good build before it: after
 * A, B, A each of the three; after A, A, A only the first. Builds of one digest without another in
 * between are a run, and the run's first build stands for it. kpack writes into each build what the
 * one before it had made, so this holds though old builds are pruned: only where a run's first build
 * is itself pruned does the oldest one that is left stand for it.
 */
#ifndef BUILD_WORTH_H
#define BUILD_WORTH_H

#include "build/build.h"

/* What Concourse has, from a version {"build", "image"}. */
struct given {
	uint64_t number;   /* 0 where the version has none, as those of another resource type */
	const char *image; /* NULL: no version */
};

/* The builds to answer with, oldest first, behind the given version itself where it stands. */
struct worth {
	bool given_stands;
	const struct build **items; /* into the list; the array is the worth's */
	size_t count;
};

void worth_release(struct worth *worth);
#define auto_worth AUTO(worth_release)

/*
 * Fill `worth` from the sorted `builds`.
 *
 * No version: the newest run. A version whose build is there: itself, then all worth it behind.
 * Pruned: what is worth it among the newer ones, or itself where nothing is. A
 * number that another build has, or that none has reached (the Image was made anew): the newest run,
 * or itself where that has its image. One without a number: the newest run of its image counts as
 * its build.
 */
void worth_since(struct worth *worth, const struct builds *builds, const struct given *given);

/* The build that stands for the run of builds->items[index], which must be good. */
const struct build *worth_run(const struct builds *builds, size_t index);

/* Whether a run begins with the good build for sure, whatever came before it: kpack says so. */
bool worth_begins(const struct build *build);

/* The good build that stands for the newest image; NULL where there is none. */
const struct build *worth_newest(const struct builds *builds);

#endif
