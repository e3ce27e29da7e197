/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watch: the changes of some objects as they happen, over connections that come and go.
 *
 * A watch goes on from a resourceVersion: each event and each bookmark moves it, and when the
 * connection ends or breaks, anywhere, the next one begins there. What cannot be mended so is the
 * owner's to mend by reading: WATCH_AGAIN comes when the version has become too old, and, every few
 * seconds, where watching is not allowed. So owners must look at states, not count changes.
 *
 * watch_next() never waits; http_wait() of the client does, for at most watch_wait_ms().
 */
#ifndef KUBE_WATCH_H
#define KUBE_WATCH_H

#include <jansson.h>

#include "kube/api.h"

struct watch;

enum watch_event {
	WATCH_NOTHING, /* for now */
	WATCH_CHANGED, /* an object was added or modified, or was there already */
	WATCH_DELETED,
	WATCH_AGAIN, /* read the objects, then watch_from() */
};

/*
 * Watch the objects of a collection that `selector` chooses, from `resource_version` on; NULL first
 * tells of all that are there. `path` and `selector` and what they point to must outlive the watch.
 */
MUST_CHECK struct watch *watch_new(struct kube *kube, const struct kube_path *path,
	const struct kube_selector *selector, const char *resource_version);
void watch_free(struct watch *watch);
void watch_free_pointer(struct watch **watch);
#define auto_watch AUTO(watch_free_pointer)

/*
 * What is next: an enum watch_event, with `object` the caller's for CHANGED and DELETED. -1 where it
 * cannot go on: the credentials are refused, there is no such collection, or the server has been
 * away, or has sent nothing but errors, for WATCH_AWAY_MAX_MS.
 */
MUST_CHECK int watch_next(struct watch *watch, json_t **object, struct err *err);

/* Nothing was read yet: WATCH_AGAIN comes first. */
void watch_after_reading(struct watch *watch);

/* Go on from there, as a list or a read object gave it, after WATCH_AGAIN. */
void watch_from(struct watch *watch, const char *resource_version);

/* Or it could not be read, as `err` says: 0, and WATCH_AGAIN comes again a little later, where the server
 * is away; -1 with err where that is no reason, or has been one for WATCH_AWAY_MAX_MS. */
MUST_CHECK int watch_unread(struct watch *watch, struct err *err);

/* How long a wait may be before watch_next() has something to do by itself; -1: any time. */
int watch_wait_ms(const struct watch *watch);

#endif
