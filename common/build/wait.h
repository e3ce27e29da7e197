/* SPDX-License-Identifier: Apache-2.0 */
/* wait: how long to sleep where several things may want to be looked at. */
#ifndef BUILD_WAIT_H
#define BUILD_WAIT_H

#include "kube/live.h"

/* The sooner of two waits in milliseconds; -1 is any time. */
int wait_sooner(int a_ms, int b_ms);

/* `wait` or until `end_ms` (monotonic), but at most a second, so that limits are looked at. */
int wait_until(int wait_ms, int64_t end_ms);

/* How long a put may take. */
struct patience {
	int64_t end_ms;   /* of all of it, monotonic */
	int64_t stall_ms; /* without any news; 0: any time */
};

/* Which of them is over, as a message says it, when the last news came at `news_ms`; NULL: none. */
const char *patience_end(const struct patience *patience, int64_t news_ms);

/* Until a live that was opened without its object has read it. ERR_NETWORK where the patience ends before. */
MUST_CHECK int wait_for_first(struct live *live, const struct patience *patience, struct err *err);

#endif
