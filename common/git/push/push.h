/* SPDX-License-Identifier: Apache-2.0 */
/* push: what a put orders, from a repository on this machine to the remote. */
#ifndef GIT_PUSH_PUSH_H
#define GIT_PUSH_PUSH_H

#include "git/push/order.h"
#include "git/remote/remote.h"

struct push_result {
	struct oid head;   /* what HEAD names, which stays */
	struct oid pushed; /* what is there afterwards, pushed now or before */
};

/*
 * Push. Who loses the race to
 * another pusher begins again where that can help, a bounded number of times.
 */
MUST_CHECK int push_repository(struct push_result *result, struct remote *remote,
	const struct push_order *order, struct err *err);

#endif
