/* SPDX-License-Identifier: Apache-2.0 */
/* capture: what is written to stderr, and with how many writes. */
#ifndef TEST_CAPTURE_H
#define TEST_CAPTURE_H

#include <sys/socket.h>
#include <unistd.h>

#include "unit.h"

#include "base/buf.h"

struct capture {
	int saved;
	int fds[2]; /* a socket that keeps the borders of writes */
};

static void capture_begin(struct capture *capture)
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, capture->fds), 0);
	capture->saved = dup(STDERR_FILENO);
	assert_true(capture->saved >= 0);
	assert_int_equal(dup2(capture->fds[1], STDERR_FILENO), STDERR_FILENO);
}

/* What was written since the beginning, each write ended by '|'. */
static void capture_end(struct capture *capture, struct buf *written)
{
	static char bytes[65536];
	ssize_t count;

	(void)dup2(capture->saved, STDERR_FILENO);
	(void)close(capture->saved);
	(void)close(capture->fds[1]);
	while ((count = recv(capture->fds[0], bytes, sizeof(bytes), 0)) > 0) {
		assert_int_equal(buf_add(written, bytes, (size_t)count), 0);
		assert_int_equal(buf_add_string(written, "|"), 0);
	}
	(void)close(capture->fds[0]);
}

#endif
