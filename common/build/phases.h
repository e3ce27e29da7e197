/* SPDX-License-Identifier: Apache-2.0 */
/*
 * phases: the log of one build, phase by phase under its heading, as it happens.
 *
 * Watches the build's pod, follows the log of one container after the other in the order of the
 * pod's spec, and says why a pod does not start. Whether the build succeeded is not decided here:
 * the owner asks the Build, and stops when it wants to. Everything is keyed on the pod's uid: a pod
 * that is made again is followed from its beginning.
 */
#ifndef BUILD_PHASES_H
#define BUILD_PHASES_H

#include "build/pod.h"

struct phases;

/* Of the Build of that name; with `stamps` each line begins with its time. The service must outlive the
 * phases. */
MUST_CHECK struct phases *phases_new(const struct service *service, const char *build, bool stamps);
void phases_free(struct phases *phases);

/*
 * Show what there is now, without waiting. -1 where that cannot go on; but without the right to see
 * pods, or where they could not be read for too long, that is said once, and nothing is shown.
 */
MUST_CHECK int phases_step(struct phases *phases, struct err *err);

/* Whether all is shown that there can be: the pod has ended and so have the logs, or it is gone. */
bool phases_over(const struct phases *phases);

/* Look for a pod that the watch has not told of yet, now that the build is over. */
MUST_CHECK int phases_catch_up(struct phases *phases, struct err *err);

/* Whether a phase has begun, as far as we may know. */
bool phases_have_begun(const struct phases *phases);

/* The pod as it is known; without an object where none was ever seen. */
const struct pod *phases_pod(const struct phases *phases);

/* Why the pod did not start, as it was said last; NULL where nothing was. */
const char *phases_obstacle(const struct phases *phases);

/* When something last came of it: a change of the pod or a line of a log; monotonic. */
int64_t phases_news_ms(const struct phases *phases);

/* How long a wait may be before phases_step() has something to do by itself; -1: any time. */
int phases_wait_ms(const struct phases *phases);

#endif
