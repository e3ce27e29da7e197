/* SPDX-License-Identifier: Apache-2.0 */
/* remote: chooses how the repository that source.uri names is reached. */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "git/remote/transport.h"

struct remote {
	const struct transport *transport;
	void *state;
};

static const struct {
	const char *scheme;
	const struct transport *transport; /* NULL: known, and not there yet */
} schemes[] = {
	{ "https://", &http_transport },
	{ "http://", &http_transport },
	{ "file://", &local_transport },
	{ "ssh://", NULL },
	{ "git://", NULL },
	{ "git+ssh://", NULL },
};

/* "host:path" and "user@host:path", as scp writes it: a colon before any slash. */
static bool is_scp_form(const char *uri)
{
	size_t colon = strcspn(uri, ":");

	return uri[colon] && colon > 0 && strcspn(uri, "/") > colon;
}

/* Leaves a path's transport as it is. */
static int choose(const struct transport **transport, const char *uri, struct err *err)
{
	for (size_t i = 0; i < COUNT(schemes); i++) {
		if (!span_starts(span_of(uri), schemes[i].scheme))
			continue;
		if (!schemes[i].transport)
			return err_set(err, ERR_CONFIG,
				"source.uri: '%s' is not supported yet: use https://, http://, "
				"file:// or a local path",
				schemes[i].scheme);
		*transport = schemes[i].transport;
		return 0;
	}
	if (strstr(uri, "://"))
		return err_set(err, ERR_CONFIG,
			"source.uri: has an unknown scheme: use https://, http://, file:// or a local "
			"path");
	if (is_scp_form(uri))
		return err_set(err, ERR_CONFIG,
			"source.uri: SSH is not supported yet: use https://, http://, file:// or a "
			"local path");
	return 0; /* a path */
}

int remote_open(struct remote **remote, const struct git_source *source, struct err *err)
{
	const struct transport *transport = &local_transport;
	void *state;

	if (choose(&transport, source->uri, err) < 0 || transport->open(&state, source, err) < 0)
		return -1;
	*remote = mem_alloc(sizeof(**remote));
	(*remote)->transport = transport;
	(*remote)->state = state;
	return 0;
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
