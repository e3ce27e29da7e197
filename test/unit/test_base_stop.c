/* SPDX-License-Identifier: Apache-2.0 */
/* stop: a signal ends every wait, also one that begins after it. */
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "unit.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/stop.h"

/* The flag is for ever, so what comes before the signal and what comes after it is one test. */
static void a_signal_ends_every_wait(void **state)
{
	auto_buf struct buf contents = BUF(100);
	struct pollfd stop = { .events = POLLIN };
	struct err err = { 0 };
	int64_t start;
	int fds[2];
	(void)state;

	assert_int_equal(stop_fd(), -1);
	assert_int_equal(stop_install(&err), 0);
	stop.fd = stop_fd();
	assert_false(stop_requested());
	assert_int_equal(stop_check(&err), 0);
	assert_int_equal(poll(&stop, 1, 0), 0);

	assert_int_equal(pipe(fds), 0);
	start = clock_monotonic_ms();
	(void)raise(SIGTERM);
	assert_true(stop_requested());
	assert_int_equal(poll(&stop, 1, 0), 1);
	assert_int_equal(poll(&stop, 1, 0), 1);
	assert_failed(stop_check(&err), &err, ERR_STOPPED, "stopped by a signal");
	clock_sleep_ms(60000);
	/* the pipe's other end is open and silent */
	assert_failed(file_read_fd(fds[0], "stdin", &contents, &err), &err, ERR_STOPPED,
		"stopped by a signal");
	assert_in_range(clock_monotonic_ms() - start, 0, 5000);
	(void)close(fds[0]);
	(void)close(fds[1]);
}

static void many_signals_are_one(void **state)
{
	(void)state;
	/* more than the pipe holds: the handler must not block */
	for (int i = 0; i < 100000; i++)
		(void)raise(SIGINT);
	assert_true(stop_requested());
}

static void a_closed_pipe_is_an_error_of_write(void **state)
{
	int fds[2];
	(void)state;

	assert_int_equal(pipe(fds), 0);
	(void)close(fds[0]);
	assert_int_equal(write(fds[1], "x", 1), -1);
	(void)close(fds[1]);
}

int main(void)
{
	UNIT_TEST(a_signal_ends_every_wait);
	UNIT_TEST(many_signals_are_one);
	UNIT_TEST(a_closed_pipe_is_an_error_of_write);
	return unit_run();
}
