/* SPDX-License-Identifier: Apache-2.0 */
/*
 * live: one object of the API as it is now, kept up by a watch.
 *
 * It begins with a state that was read, or reads it first. What comes over the watch, and what is read
 * again where the watch cannot go on, takes its place. Only states count: some may be passed over. It must not move
 * while it is open; `{ 0 }` is a closed one.
 */
#ifndef KUBE_LIVE_H
#define KUBE_LIVE_H

#include "kube/watch.h"

struct live {
	struct kube *kube;
	struct kube_path path; /* of the object */
	struct kube_path all;  /* of its collection */
	char *field;
	struct kube_selector selector;
	struct watch *watch;
	json_t *object;  /* its newest state; NULL: not read yet */
	char *uid;       /* of the first; NULL likewise */
	int64_t news_ms; /* when it changed last, or live_open(); monotonic */
};

/* What `path` points to must outlive it; `object` is the caller's, too, or NULL: it is read, also from a server
 * that is away as long as a watch may be. */
void live_open(struct live *live, struct kube *kube, const struct kube_path *path, json_t *object);
void live_release(struct live *live);
#define auto_live AUTO(live_release)

/* Without waiting: 1 where `object` is another state, to be called again; 0 where there is none for
 * now. -1 where it cannot go on; ERR_MISSING ("was deleted meanwhile") where the object is gone, even
 * if there is another one of its name. */
MUST_CHECK int live_next(struct live *live, struct err *err);

/* How long a wait may be before live_next() has something to do by itself; -1: any time. */
int live_wait_ms(const struct live *live);

#endif
