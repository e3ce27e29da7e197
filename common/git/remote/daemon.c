/* SPDX-License-Identifier: Apache-2.0 */
/* daemon: git's own daemon, git://, which knows no users and no encryption. */
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "git/access/address.h"
#include "git/remote/session.h"
#include "net/socket.h"

enum { DAEMON_PORT = 9418 };

struct daemon_carrier {
	struct address address;
	const struct access *access;
	struct socket *socket;
};

/* "git-upload-pack /path" NUL "host=name:port" NUL, and what else is asked for behind another NUL. */
static int write_request(struct buf *out, const struct address *address, const char *service,
	bool version2, struct err *err)
{
	auto_buf struct buf line = BUF(PKT_PAYLOAD_MAX);
	bool ipv6 = strchr(address->host, ':') != NULL;
	int full = buf_format(&line, "%s %s", service, address->path);

	full |= buf_add(&line, "", 1);
	full |= buf_format(&line, ipv6 ? "host=[%s]" : "host=%s", address->host);
	if (address->port)
		full |= buf_format(&line, ":%u", address->port);
	full |= buf_add(&line, "", 1);
	if (version2 && strcmp(service, UPLOAD_PACK) == 0)
		full |= buf_add(&line, "\0version=2", sizeof("\0version=2"));
	if (full)
		return err_set(err, ERR_CONFIG, "the path is too long");
	return pkt_add(out, buf_span(&line), err);
}

static int daemon_begin(void *state, const char *service, struct err *err)
{
	struct daemon_carrier *carrier = state;
	const struct socket_options options = {
		.host = carrier->address.host,
		.port = carrier->address.port ? carrier->address.port : DAEMON_PORT,
		.tunnel = access_tunnel(carrier->access),
		.stall_timeout_ms = GIT_STALL_TIMEOUT_MS,
	};
	auto_buf struct buf request = BUF(PKT_MAX);

	if (write_request(
		    &request, &carrier->address, service, carrier->access->version == 2, err) < 0 ||
		socket_open(&carrier->socket, &options, err) < 0)
		return -1;
	return socket_write(carrier->socket, buf_span(&request), err);
}

static long daemon_read(void *state, char *data, size_t size, struct err *err)
{
	struct daemon_carrier *carrier = state;

	return socket_read(carrier->socket, data, size, err);
}

static int daemon_write(void *state, struct span bytes, struct err *err)
{
	struct daemon_carrier *carrier = state;

	return socket_write(carrier->socket, bytes, err);
}

static void daemon_end(void *state, bool by_itself)
{
	struct daemon_carrier *carrier = state;

	(void)by_itself; /* each service has a connection of its own */
	socket_close_pointer(&carrier->socket);
}

static void daemon_free(void *state)
{
	struct daemon_carrier *carrier = state;

	socket_close(carrier->socket);
	address_release(&carrier->address);
	free(carrier);
}

static const struct carrier daemon_carrier = {
	.begin = daemon_begin,
	.read = daemon_read,
	.write = daemon_write,
	.end = daemon_end,
	.free = daemon_free,
};

static int daemon_open(
	void **state, struct access *access, const struct place *place, struct err *err)
{
	struct daemon_carrier *carrier = mem_alloc(sizeof(*carrier));

	carrier->access = access;
	if (address_parse(&carrier->address, place, err) < 0) {
		daemon_free(carrier);
		return -1;
	}
	*state = session_new(&daemon_carrier, carrier, mem_copy_string(carrier->address.shown));
	return 0;
}

const struct transport daemon_transport = {
	.open = daemon_open,
	.close = session_close,
	.address = session_address,
	.refs = session_refs,
	.gives_trees = session_gives_trees,
	.takes_names = session_takes_names,
	.fetch = session_fetch,
	.refs_for_push = session_refs_for_push,
	.push = session_push,
};
