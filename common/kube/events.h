/* SPDX-License-Identifier: Apache-2.0 */
/* events: the stream of a watch, taken apart into its events. */
#ifndef KUBE_EVENTS_H
#define KUBE_EVENTS_H

#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"
#include "kube/scan.h"

/* What came and is not yet an event; EVENTS_INIT to begin a stream. */
struct events {
	struct buf bytes;
	struct scan scan;
};
#define EVENTS_INIT ((struct events){ .bytes = BUF(LIMIT_WATCH_EVENT) })

void events_release(struct events *events);

/* Take `bytes` in. ERR_REMOTE where an event is larger than LIMIT_WATCH_EVENT. */
MUST_CHECK int events_feed(struct events *events, struct span bytes, struct err *err);

/*
 * The next event, {"type", "object"}, the caller's: 1 with it, 0 where it is not there yet, -1 with
 * ERR_REMOTE where the stream holds something else.
 */
MUST_CHECK int events_take(struct events *events, json_t **event, struct err *err);

#endif
