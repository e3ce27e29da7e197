/* SPDX-License-Identifier: Apache-2.0 */
/*
 * socket: a stream of bytes to a host and port, for what is not HTTP (ssh://, git://).
 *
 * libcurl opens it, so that names, addresses and proxies are dealt with as for HTTP. It goes through
 * the tunnel, if one is given, else through the proxy that all_proxy names unless no_proxy passes
 * over the host, else straight: http_proxy and https_proxy are for HTTP, as proxies seldom connect
 * to other ports. All waits end early with ERR_STOPPED (base/stop.h).
 */
#ifndef NET_SOCKET_H
#define NET_SOCKET_H

#include "net/http.h"

struct socket;

/* An HTTP proxy that is asked to CONNECT; `source.https_tunnel`. */
struct socket_tunnel {
	const char *host;
	unsigned port;
	const char *username; /* NULL: none */
	const struct secret *password;
};

/* All borrowed during socket_open only. */
struct socket_options {
	const char *host; /* a name or an address, without brackets */
	unsigned port;
	const struct socket_tunnel *tunnel; /* NULL: none */
	const struct http_options *tls; /* whom to trust for an https proxy; NULL: the system's */
	int stall_timeout_ms;           /* of socket_read and _write; 0: STALL_TIMEOUT_MS */
};

/*
 * Connect. ERR_NETWORK where nothing is reached, ERR_AUTH and ERR_CONFIG where the proxy refuses.
 * The message does not name the host, but the proxy.
 */
MUST_CHECK int socket_open(
	struct socket **socket, const struct socket_options *options, struct err *err);
void socket_close(struct socket *socket); /* NULL is fine */
void socket_close_pointer(struct socket **socket);
#define auto_socket AUTO(socket_close_pointer)

/* Up to `size` bytes, waiting for the first of them: the count, 0 at the end, -1 with err. */
MUST_CHECK long socket_read(struct socket *socket, char *data, size_t size, struct err *err);

/* All the bytes. */
MUST_CHECK int socket_write(struct socket *socket, struct span bytes, struct err *err);

/*
 * Without waiting, for a protocol with buffers of its own: the count (0 from socket_take is the
 * end), or one of these.
 */
enum { SOCKET_AGAIN = -1, SOCKET_BROKEN = -2 };
MUST_CHECK long socket_take(struct socket *socket, char *data, size_t size);
MUST_CHECK long socket_give(struct socket *socket, struct span bytes);

/* Wait until there is something to take, or room to give, or both are wanted and one is there.
 * ERR_REMOTE after `timeout_ms`: who waits for so long does not begin again. */
MUST_CHECK int socket_wait(
	struct socket *socket, bool to_take, bool to_give, int timeout_ms, struct err *err);

/* For libraries that want to see a descriptor; it stays the socket's. */
int socket_fd(const struct socket *socket);

#endif
