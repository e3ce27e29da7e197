/* SPDX-License-Identifier: Apache-2.0 */
/*
 * obstacle: says on the log why a pod does not start, once for each reason.
 *
 * What the pod's own status tells is said at once. Where it tells nothing and nothing has begun for
 * a while, the pod's events are asked for; the right to read them may be missing.
 */
#ifndef BUILD_OBSTACLE_H
#define BUILD_OBSTACLE_H

#include "build/pod.h"

struct obstacle {
	char *said;        /* last; NULL where nothing was */
	int64_t events_ms; /* when to ask for events; 0: nothing is waited for */
	bool no_events;    /* they are not for us */
};

void obstacle_release(struct obstacle *obstacle);

/* `pod` may have no object yet. */
void obstacle_look(struct obstacle *obstacle, const struct service *service, const struct pod *pod);

/* How long a wait may be before obstacle_look() has something to do by itself; -1: any time. */
int obstacle_wait_ms(const struct obstacle *obstacle);

#endif
