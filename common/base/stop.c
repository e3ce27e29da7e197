/* SPDX-License-Identifier: Apache-2.0 */
/* stop: SIGTERM and SIGINT, as a flag and as a descriptor to poll. */
#define _GNU_SOURCE /* pipe2 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/stop.h"

static volatile sig_atomic_t requested;
static int pipe_fds[2] = { -1, -1 };

static void on_signal(int number)
{
	int saved = errno;

	(void)number;
	requested = 1;
	(void)!write(pipe_fds[1], "", 1);
	errno = saved;
}

int stop_install(struct err *err)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	if (pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK) < 0)
		return err_errno(err, "pipe");
	(void)sigemptyset(&action.sa_mask);
	(void)sigemptyset(&ignore.sa_mask);
	if (sigaction(SIGTERM, &action, NULL) < 0 || sigaction(SIGINT, &action, NULL) < 0 ||
		sigaction(SIGPIPE, &ignore, NULL) < 0)
		return err_errno(err, "sigaction");
	return 0;
}

bool stop_requested(void)
{
	return requested != 0;
}

int stop_fd(void)
{
	return pipe_fds[0];
}

void stop_forget(void)
{
	char bytes[16];

	requested = 0;
	while (read(pipe_fds[0], bytes, sizeof(bytes)) > 0)
		continue;
}

int stop_check(struct err *err)
{
	return stop_requested() ? err_set(err, ERR_STOPPED, "stopped by a signal") : 0;
}
