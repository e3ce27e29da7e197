/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http: what the files that reach a git server over HTTP share; private to them.
 *
 * http.c asks what there is, http_fetch.c and http_push.c move objects, http_exchange.c is the POST
 * that all of them make, http_status.c words a refusal.
 */
#ifndef GIT_REMOTE_HTTP_H
#define GIT_REMOTE_HTTP_H

#include "git/access/login.h"
#include "git/remote/remote.h"

#define UPLOAD_PACK "git-upload-pack"
#define RECEIVE_PACK "git-receive-pack"

struct http_remote {
	struct http *http; /* the access's */
	struct login login;
	char *base;                       /* of all requests: where redirects led */
	char *address;                    /* as shown */
	char *field;                      /* that says it, for messages */
	bool trusted;                     /* `base` is of the origin that the login is for */
	bool asks_version2;               /* of the protocol */
	bool asked;                       /* the advertisement for fetching was read */
	struct capabilities capabilities; /* for fetching */
	struct capabilities push_capabilities;
	struct refs advertised; /* by servers of versions 0 and 1 */
};

/* Whether there are credentials, and redirects have not led to another origin. */
bool http_remote_is_known(const struct http_remote *remote);

/* Put what proves who we are on a request, or what did so anew; nothing at another origin. */
MUST_CHECK int http_remote_authorize(
	struct http_remote *remote, struct http_request *request, struct err *err);

struct http_post {
	char *url, *content_type, *accept;
	const char *headers[3];
	struct http_request request;
};

/* A POST to `service`, without its body. */
void http_post_init(struct http_post *post, const struct http_remote *remote, const char *service);
void http_post_release(struct http_post *post);
#define auto_post AUTO(http_post_release)

/* Authorize the request, open the exchange and wait for its status, which is returned; -1 where none
 * came. */
MUST_CHECK int http_remote_start(struct http_stream **stream, struct http_remote *remote,
	struct http_request *request, struct err *err);

/* A pkt_source over a struct http_stream *. */
long http_remote_source(void *context, char *data, size_t size, struct err *err);

/* Why the server refuses. Always -1. */
int http_remote_refused(const struct http_remote *remote, const char *service, int status,
	struct span body, struct err *err);
int http_stream_refused(const struct http_remote *remote, const char *service,
	struct http_stream *stream, struct err *err);

MUST_CHECK int http_remote_fetch(void *state, const struct fetch_request *request,
	const struct pack_sink *sink, struct fetch_result *result, struct err *err);
MUST_CHECK int http_remote_push(void *state, const struct push_request *request, struct err *err);

#endif
