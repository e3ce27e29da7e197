/* SPDX-License-Identifier: Apache-2.0 */
/* wait: how long to sleep where several things may want to be looked at. */
#include "base/clock.h"
#include "build/wait.h"

static const int tick_ms = 1000;

int wait_sooner(int a_ms, int b_ms)
{
	if (a_ms < 0 || b_ms < 0)
		return a_ms < 0 ? b_ms : a_ms;
	return a_ms < b_ms ? a_ms : b_ms;
}

int wait_until(int wait_ms, int64_t end_ms)
{
	int64_t left = end_ms - clock_monotonic_ms();
	int wait = wait_sooner(wait_ms, tick_ms);

	if (left >= wait)
		return wait;
	return left > 0 ? (int)left : 0;
}

const char *patience_end(const struct patience *patience, int64_t news_ms)
{
	int64_t now = clock_monotonic_ms();

	if (now >= patience->end_ms)
		return "timeout";
	if (patience->stall_ms && now - news_ms >= patience->stall_ms)
		return "stall_timeout";
	return NULL;
}

int wait_for_first(struct live *live, const struct patience *patience, struct err *err)
{
	while (!live->object) {
		const char *end = patience_end(patience, live->news_ms);
		int news = live_next(live, err);

		if (news != 0)
			return news < 0 ? -1 : 0;
		if (end)
			return err_set(err, ERR_NETWORK, "%s: it could not be read yet", end);
		if (http_wait(kube_http(live->kube),
			    wait_until(live_wait_ms(live), patience->end_ms), err) < 0)
			return -1;
	}
	return 0;
}
