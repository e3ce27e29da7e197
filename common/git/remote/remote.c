/* SPDX-License-Identifier: Apache-2.0 */
/* remote: chooses how a repository is reached. */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "git/access/address.h"
#include "git/remote/transport.h"

struct way {
	const struct transport *transport;
	void *state;
	char *uri;
};

struct remote {
	struct access *access;
	const char *field; /* that names the repository */
	struct way fetch;
	struct way
		push; /* where url.<base>.pushInsteadOf leads elsewhere; else transport is NULL */
	char *stored;
	bool unfiltered; /* the server offers filters, and refuses the one that was asked for */
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

static int open_way(
	struct way *way, struct access *access, const struct place *place, struct err *err)
{
	const struct transport *transport = choose(place->uri);

	if (!transport)
		return err_set(err, ERR_CONFIG,
			"%s: has an unknown scheme: use https://, http://, ssh://, git://, file:// or "
			"a local path",
			place->field);
	if (transport->open(&way->state, access, place, err) < 0)
		return -1;
	way->transport = transport;
	way->uri = mem_copy_string(place->uri);
	return 0;
}

static void close_way(struct way *way)
{
	if (way->transport)
		way->transport->close(way->state);
	free(way->uri);
}

int remote_open(
	struct remote **remote, struct access *access, const struct place *place, struct err *err)
{
	auto_remote struct remote *opened = mem_alloc(sizeof(*opened));
	auto_free char *to_fetch = access_rewrite(access, place->uri, false);
	auto_free char *to_push = access_rewrite(access, place->uri, true);
	struct place reached = { to_fetch, place->field, place->text ? place->text : place->uri };

	if (open_way(&opened->fetch, access, &reached, err) < 0)
		return -1;
	reached.uri = to_push;
	if (strcmp(to_push, to_fetch) != 0 && open_way(&opened->push, access, &reached, err) < 0)
		return -1;
	opened->access = access;
	opened->field = place->field;
	opened->stored = access_show(place->uri);
	*remote = TAKE(opened);
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
	close_way(&remote->fetch);
	close_way(&remote->push);
	free(remote->stored);
	free(remote);
}

void remote_close_pointer(struct remote **remote)
{
	remote_close(*remote);
	*remote = NULL;
}

static const char *address_of(const struct way *way)
{
	return way->transport->address(way->state);
}

static const struct way *push_way(const struct remote *remote)
{
	return remote->push.transport ? &remote->push : &remote->fetch;
}

const char *remote_address(const struct remote *remote)
{
	return address_of(&remote->fetch);
}

const char *remote_push_address(const struct remote *remote)
{
	return address_of(push_way(remote));
}

const char *remote_stored_address(const struct remote *remote)
{
	return remote->stored;
}

struct access *remote_access(const struct remote *remote)
{
	return remote->access;
}

struct place remote_place(const struct remote *remote, bool for_push)
{
	const struct way *way = for_push ? push_way(remote) : &remote->fetch;

	return (struct place){ .uri = way->uri, .field = remote->field };
}

/* Every failure names the repository, once: the HTTP client's own begin with the server's URL. */
static int named(const struct way *way, int status, struct err *err)
{
	struct span message = span_of(err->message);

	if (status >= 0 || err->kind == ERR_STOPPED || span_starts(message, "source.") ||
		span_starts(message, "http"))
		return status;
	return err_wrap(err, "%s", address_of(way));
}

int remote_refs(
	struct remote *remote, const struct refs_query *query, struct refs *refs, struct err *err)
{
	const struct way *way = &remote->fetch;

	return named(way, way->transport->refs(way->state, query, refs, err), err);
}

bool remote_gives_trees(const struct remote *remote)
{
	return !remote->unfiltered && remote->fetch.transport->gives_trees(remote->fetch.state);
}

int remote_takes_names(struct remote *remote, struct err *err)
{
	const struct way *way = &remote->fetch;

	return named(way, way->transport->takes_names(way->state, err), err);
}

/* By uploadpackfilter.<filter>.allow of its configuration: upload-pack names the filter, and sends nothing. */
static bool refuses_filter(const struct fetch_request *request, const struct err *err)
{
	const char *filter = strstr(err->message, "filter '");

	return (request->without_trees || request->without_blobs) && !request->trees &&
		err->kind == ERR_REMOTE && filter && strstr(filter, "' not supported");
}

int remote_fetch(struct remote *remote, const struct fetch_request *request,
	const struct pack_sink *sink, struct fetch_result *result, struct err *err)
{
	const struct way *way = &remote->fetch;
	struct fetch_request asked = *request;

	if (remote->unfiltered)
		asked.without_trees = asked.without_blobs = false;
	if (way->transport->fetch(way->state, &asked, sink, result, err) == 0)
		return 0;
	if (!refuses_filter(&asked, err))
		return named(way, -1, err);
	log_debug("git: %s: so nothing is left out", err->message);
	*err = (struct err){ 0 };
	remote->unfiltered = true;
	return remote_fetch(remote, request, sink, result, err);
}

int remote_refs_for_push(struct remote *remote, struct refs *refs, struct err *err)
{
	const struct way *way = push_way(remote);
	int status = way->transport->refs_for_push(way->state, refs, err);

	refs_sort(refs); /* each tag that is pushed is looked for */
	return named(way, status, err);
}

int remote_push(struct remote *remote, const struct push_request *request, struct err *err)
{
	const struct way *way = push_way(remote);

	return named(way, way->transport->push(way->state, request, err), err);
}
