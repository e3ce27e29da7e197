/* SPDX-License-Identifier: Apache-2.0 */
/* socket: a stream of bytes to a host and port, opened by libcurl. */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/stop.h"
#include "net/lib.h"
#include "net/socket.h"

struct socket {
	CURLM *multi;
	CURL *easy;
	struct trust *trust; /* of an https proxy */
	char *proxy;         /* NULL: none */
	char *tunnel;        /* as shown; NULL: none */
	curl_socket_t fd;
	int stall_timeout_ms;
	bool added;
	char detail[CURL_ERROR_SIZE];
};

static CURLcode on_ssl_ctx(CURL *easy, void *ssl_ctx, void *context)
{
	struct socket *socket = context;

	(void)easy;
	return trust_apply(socket->trust, ssl_ctx) < 0 ? CURLE_OUT_OF_MEMORY : CURLE_OK;
}

static unsigned set_tunnel(struct socket *socket, const struct socket_tunnel *tunnel)
{
	const char *password = secret_reveal(tunnel->password);
	CURL *easy = socket->easy;
	unsigned bad = 0;

	socket->tunnel = mem_format(
		strchr(tunnel->host, ':') ? "[%s]:%u" : "%s:%u", tunnel->host, tunnel->port);
	bad |= curl_easy_setopt(easy, CURLOPT_PROXY, socket->tunnel);
	bad |= curl_easy_setopt(easy, CURLOPT_PROXYTYPE, (long)CURLPROXY_HTTP);
	if (tunnel->username) {
		bad |= curl_easy_setopt(easy, CURLOPT_PROXYAUTH, (unsigned long)CURLAUTH_BASIC);
		bad |= curl_easy_setopt(easy, CURLOPT_PROXYUSERNAME, tunnel->username);
		bad |= curl_easy_setopt(easy, CURLOPT_PROXYPASSWORD, password ? password : "");
	}
	return bad;
}

static int set_proxy(
	struct socket *socket, const struct socket_options *options, unsigned *bad, struct err *err)
{
	static const struct http_options system;
	CURL *easy = socket->easy;

	/* none, or this one: libcurl is not to look into the environment */
	*bad |= curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
	if (options->tunnel) {
		*bad |= set_tunnel(socket, options->tunnel);
		return 0;
	}
	socket->proxy = proxy_for_socket(options->host, options->port);
	proxy_hide(socket->proxy);
	*bad |= curl_easy_setopt(easy, CURLOPT_PROXY, socket->proxy ? socket->proxy : "");
	if (!socket->proxy || !span_starts(span_of(socket->proxy), "https:"))
		return 0;
	if (trust_new(&socket->trust, options->tls ? options->tls : &system, err) < 0)
		return -1;
	*bad |= curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, NULL);
	*bad |= curl_easy_setopt(easy, CURLOPT_PROXY_CAPATH, NULL);
	*bad |= curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_ssl_ctx);
	*bad |= curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, socket);
	return 0;
}

static unsigned set_wire(struct socket *socket, const struct socket_options *options)
{
	auto_free char *url = mem_format(
		strchr(options->host, ':') ? "http://[%s]:%u" : "http://%s:%u", options->host,
		options->port);
	CURL *easy = socket->easy;
	unsigned bad = 0;

	bad |= curl_easy_setopt(easy, CURLOPT_URL, url);
	bad |= curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http");
	bad |= curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
	bad |= curl_easy_setopt(easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
	bad |= curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	bad |= curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	bad |= curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
	bad |= curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	bad |= curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, 30L);
	bad |= curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, 15L);
	bad |= curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, socket->detail);
	return bad;
}

static int set_all(struct socket *socket, const struct socket_options *options, struct err *err)
{
	unsigned bad;

	socket->multi = curl_multi_init();
	socket->easy = curl_easy_init();
	if (!socket->multi || !socket->easy)
		return err_set(err, ERR_INTERNAL, "libcurl cannot begin");
	bad = set_wire(socket, options);
	if (set_proxy(socket, options, &bad, err) < 0)
		return -1;
	if (bad || curl_multi_add_handle(socket->multi, socket->easy) != CURLM_OK)
		return err_set(err, ERR_INTERNAL, "libcurl refuses the connection");
	socket->added = true;
	return 0;
}

static int not_connected(const struct socket *socket, struct err *err)
{
	long number = 0;

	(void)curl_easy_getinfo(socket->easy, CURLINFO_OS_ERRNO, &number);
	if (number == ECONNREFUSED)
		return err_set(err, ERR_NETWORK, "connection refused: nothing listens there");
	return err_set(err, ERR_NETWORK, "cannot connect: %s",
		number ? strerror((int)number) : socket->detail);
}

static int refused_by_proxy(const struct socket *socket, long status, struct err *err)
{
	if (!socket->tunnel)
		return explain_proxy(status, err);
	if (status == 407)
		return err_set(err, ERR_AUTH,
			"the proxy wants other credentials: check proxy_user and proxy_password");
	return err_set(err, status >= 500 ? ERR_NETWORK : ERR_CONFIG,
		"the proxy does not connect us: it answered %ld", status);
}

static int translate(const struct socket *socket, CURLcode code, struct err *err)
{
	long status = 0;

	(void)curl_easy_getinfo(socket->easy, CURLINFO_HTTP_CONNECTCODE, &status);
	if (status >= 300)
		return refused_by_proxy(socket, status, err);
	if (code == CURLE_COULDNT_RESOLVE_HOST)
		return err_set(err, ERR_NETWORK,
			"host name not found: is it spelled right, and does this machine's DNS know it?");
	if (code == CURLE_COULDNT_RESOLVE_PROXY)
		return err_set(err, ERR_NETWORK, "host name of the proxy not found");
	if (code == CURLE_COULDNT_CONNECT)
		return not_connected(socket, err);
	if (code == CURLE_OPERATION_TIMEDOUT)
		return err_set(
			err, ERR_NETWORK, "no connection within %g s", CONNECT_TIMEOUT_MS / 1000.0);
	if (code == CURLE_PEER_FAILED_VERIFICATION)
		return err_set(err, ERR_CONFIG, "the proxy's certificate is not trusted: %s",
			socket->detail);
	if (code == CURLE_URL_MALFORMAT)
		return err_set(err, ERR_CONFIG, "the host is not a name or an address");
	return err_set(err, ERR_NETWORK, "cannot connect: %s",
		*socket->detail ? socket->detail : curl_easy_strerror(code));
}

static int explain_socket(const struct socket *socket, CURLcode code, struct err *err)
{
	auto_free char *proxy = socket->proxy ? url_show_origin(socket->proxy) : NULL;

	(void)translate(socket, code, err);
	if (socket->tunnel)
		return err_wrap(err, "source.https_tunnel: %s", socket->tunnel);
	return proxy ? err_wrap(err, "through proxy %s", proxy) : -1;
}

/* How the connection ended up, once libcurl has done with it. */
static int outcome(const struct socket *socket, struct err *err)
{
	int left;
	CURLMsg *message = curl_multi_info_read(socket->multi, &left);

	if (!message || message->msg != CURLMSG_DONE)
		return err_set(err, ERR_INTERNAL, "libcurl gave up on the connection");
	if (message->data.result != CURLE_OK)
		return explain_socket(socket, message->data.result, err);
	return 0;
}

static int connect_now(struct socket *socket, struct err *err)
{
	for (;;) {
		struct curl_waitfd stop = { .fd = stop_fd(), .events = CURL_WAIT_POLLIN };
		int running = 0;

		if (stop_check(err) < 0)
			return -1;
		if (curl_multi_perform(socket->multi, &running) != CURLM_OK)
			return err_set(err, ERR_INTERNAL, "libcurl gave up on the connection");
		if (!running)
			return outcome(socket, err);
		if (curl_multi_poll(socket->multi, &stop, stop.fd >= 0 ? 1 : 0, 1000, NULL) !=
			CURLM_OK)
			return err_set(err, ERR_INTERNAL, "libcurl cannot wait for the connection");
	}
}

int socket_open(struct socket **socket, const struct socket_options *options, struct err *err)
{
	auto_socket struct socket *opened = mem_alloc(sizeof(*opened));

	opened->fd = CURL_SOCKET_BAD;
	opened->stall_timeout_ms = options->stall_timeout_ms ? options->stall_timeout_ms
							     : STALL_TIMEOUT_MS;
	if (set_all(opened, options, err) < 0 || connect_now(opened, err) < 0)
		return -1;
	if (curl_easy_getinfo(opened->easy, CURLINFO_ACTIVESOCKET, &opened->fd) != CURLE_OK ||
		opened->fd == CURL_SOCKET_BAD)
		return err_set(err, ERR_INTERNAL, "libcurl has no socket for the connection");
	*socket = TAKE(opened);
	return 0;
}

void socket_close(struct socket *socket)
{
	if (!socket)
		return;
	if (socket->added)
		(void)curl_multi_remove_handle(socket->multi, socket->easy);
	curl_easy_cleanup(socket->easy);
	(void)curl_multi_cleanup(socket->multi);
	trust_free(socket->trust);
	free(socket->proxy);
	free(socket->tunnel);
	free(socket);
}

void socket_close_pointer(struct socket **socket)
{
	socket_close(*socket);
	*socket = NULL;
}

int socket_fd(const struct socket *socket)
{
	return socket->fd;
}

long socket_take(struct socket *socket, char *data, size_t size)
{
	size_t count = 0;
	CURLcode code = curl_easy_recv(socket->easy, data, size, &count);

	if (code == CURLE_AGAIN)
		return SOCKET_AGAIN;
	return code == CURLE_OK ? (long)count : SOCKET_BROKEN;
}

long socket_give(struct socket *socket, struct span bytes)
{
	size_t count = 0;
	CURLcode code = curl_easy_send(socket->easy, bytes.data, bytes.length, &count);

	if (code == CURLE_AGAIN || (code == CURLE_OK && count == 0))
		return SOCKET_AGAIN;
	return code == CURLE_OK ? (long)count : SOCKET_BROKEN;
}

int socket_wait(struct socket *socket, bool to_take, bool to_give, int timeout_ms, struct err *err)
{
	short events = (short)((to_take ? POLLIN : 0) | (to_give ? POLLOUT : 0));
	struct pollfd fds[] = {
		{ .fd = socket->fd, .events = events },
		{ .fd = stop_fd(), .events = POLLIN },
	};
	int ready = poll(fds, COUNT(fds), timeout_ms);

	if (stop_check(err) < 0)
		return -1;
	if (ready < 0 && errno != EINTR)
		return err_errno(err, "poll");
	if (ready == 0)
		return err_set(err, ERR_REMOTE, "no answer within %g s", timeout_ms / 1000.0);
	return 0;
}

long socket_read(struct socket *socket, char *data, size_t size, struct err *err)
{
	for (;;) {
		long count = socket_take(socket, data, size);

		if (count >= 0)
			return count;
		if (count != SOCKET_AGAIN)
			return err_set(err, ERR_NETWORK, "the connection broke");
		if (socket_wait(socket, true, false, socket->stall_timeout_ms, err) < 0)
			return -1;
	}
}

int socket_write(struct socket *socket, struct span bytes, struct err *err)
{
	while (bytes.length) {
		long count = socket_give(socket, bytes);
		struct span given;

		if (count == SOCKET_BROKEN)
			return err_set(err, ERR_NETWORK, "the connection broke");
		if (count == SOCKET_AGAIN) {
			if (socket_wait(socket, false, true, socket->stall_timeout_ms, err) < 0)
				return -1;
			continue;
		}
		(void)span_take_bytes(&bytes, (size_t)count, &given);
	}
	return 0;
}
