/* SPDX-License-Identifier: Apache-2.0 */
/* remote: chooses how a repository is reached. */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "git/remote/address.h"
#include "git/remote/transport.h"

struct remote {
	const struct transport *transport;
	void *state;
};

static const struct {
	const char *scheme;
	const struct transport *transport;
} schemes[] = {
	{ "https://", &http_transport },
	{ "http://", &http_transport },
	{ "ssh://", &ssh_transport },
	{ "git+ssh://", &ssh_transport },
	{ "ssh+git://", &ssh_transport },
	{ "git://", &daemon_transport },
	{ "file://", &local_transport },
};

/* NULL for a scheme that is none of ours; what has no scheme is scp's form or a path. */
static const struct transport *choose(const char *uri)
{
	for (size_t i = 0; i < COUNT(schemes); i++)
		if (span_starts(span_of(uri), schemes[i].scheme))
			return schemes[i].transport;
	if (strstr(uri, "://"))
		return NULL;
	return address_is_scp(uri) ? &ssh_transport : &local_transport;
}

int remote_open(struct remote **remote, struct access *access, const struct place *place,
	struct err *err)
{
	const struct transport *transport = choose(place->uri);
	void *state;

	if (!transport)
		return err_set(err, ERR_CONFIG,
			"%s: has an unknown scheme: use https://, http://, ssh://, git://, file:// or "
			"a local path",
			place->field);
	if (transport->open(&state, access, place, err) < 0)
		return -1;
	*remote = mem_alloc(sizeof(**remote));
	(*remote)->transport = transport;
	(*remote)->state = state;
	return 0;
}

int remote_open_origin(struct remote **remote, struct access *access, struct err *err)
{
	const struct place origin = access_origin(access);

	return remote_open(remote, access, &origin, err);
}

void remote_close(struct remote *remote)
{
	if (!remote)
		return;
	remote->transport->close(remote->state);
	free(remote);
}

void remote_close_pointer(struct remote **remote)
{
	remote_close(*remote);
	*remote = NULL;
}

const char *remote_address(const struct remote *remote)
{
	return remote->transport->address(remote->state);
}

/* Every failure names the repository, once: the HTTP client's own begin with the server's URL. */
static int named(const struct remote *remote, int status, struct err *err)
{
	struct span message = span_of(err->message);

	if (status == 0 || err->kind == ERR_STOPPED || span_starts(message, "source.") ||
		span_starts(message, "http"))
		return status;
	return err_wrap(err, "%s", remote_address(remote));
}

int remote_refs(
	struct remote *remote, const struct refs_query *query, struct refs *refs, struct err *err)
{
	int status = remote->transport->refs(remote->state, query, refs, err);

	return named(remote, status, err);
}

bool remote_gives_trees(const struct remote *remote)
{
	return remote->transport->gives_trees(remote->state);
}

int remote_fetch(struct remote *remote, const struct fetch_request *request,
	const struct pack_sink *sink, struct fetch_result *result, struct err *err)
{
	int status = remote->transport->fetch(remote->state, request, sink, result, err);

	return named(remote, status, err);
}

int remote_refs_for_push(struct remote *remote, struct refs *refs, struct err *err)
{
	int status = remote->transport->refs_for_push(remote->state, refs, err);

	return named(remote, status, err);
}

int remote_push(struct remote *remote, const struct push_request *request, struct err *err)
{
	int status = remote->transport->push(remote->state, request, err);

	return named(remote, status, err);
}
