/* SPDX-License-Identifier: Apache-2.0 */
/* socket: who says nothing, or takes nothing, is waited for as long as was said, and not begun again. */
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit.h"

#include "base/limits.h"
#include "base/mem.h"
#include "net/socket.h"

/* A listener that takes connections into its queue and never looks at them. */
static int listen_mute(unsigned *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
	*port = ntohs(address.sin_port);
	return fd;
}

static void connect_mute(struct socket **socket, int *listener)
{
	struct socket_options options = { .host = "127.0.0.1", .stall_timeout_ms = 50 };
	struct err err = { 0 };

	*listener = listen_mute(&options.port);
	assert_int_equal(socket_open(socket, &options, &err), 0);
}

static void silence_is_the_end_of_reading(void **state)
{
	auto_socket struct socket *socket = NULL;
	auto_fd int listener = -1;
	struct err err = { 0 };
	char data[16];
	(void)state;

	connect_mute(&socket, &listener);
	assert_int_equal(socket_read(socket, data, sizeof(data), &err), -1);
	assert_int_equal(err.kind, ERR_REMOTE);
	assert_string_equal(err.message, "no answer within 0.05 s");
}

static void who_takes_nothing_is_the_end_of_writing(void **state)
{
	enum { MORE_THAN_BUFFERS = 64 * MIB };
	auto_socket struct socket *socket = NULL;
	auto_fd int listener = -1;
	auto_free char *bytes = mem_alloc(MORE_THAN_BUFFERS);
	struct err err = { 0 };
	(void)state;

	connect_mute(&socket, &listener);
	assert_int_equal(socket_write(socket, (struct span){ bytes, MORE_THAN_BUFFERS }, &err), -1);
	assert_int_equal(err.kind, ERR_REMOTE);
	assert_string_equal(err.message, "no answer within 0.05 s");
}

int main(void)
{
	UNIT_TEST(silence_is_the_end_of_reading);
	UNIT_TEST(who_takes_nothing_is_the_end_of_writing);
	return unit_run();
}
