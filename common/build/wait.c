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
