/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http: one HTTP client for everything, several streams at once in one thread.
 *
 * `struct http` is the client: TLS material, proxies, the pool of connections. http_fetch() does one
 * exchange and waits for it. A `struct http_stream` is an exchange whose body is taken as it comes;
 * http_wait() sleeps until any open stream of the client has news, so that a watch, another watch
 * and a log are followed without threads. All waits end early with ERR_STOPPED (base/stop.h).
 *
 * TLS is verified. The certificates are the options' ca_certs, else what SSL_CERT_FILE or
 * SSL_CERT_DIR name, else a mounted /etc/ssl/certs, else the folder that the image ships; they are
 * loaded once, when a connection needs them. Proxies come from http_proxy, https_proxy, all_proxy
 * and no_proxy in lower and upper case. Credentials belong to an origin (scheme, host, port): auth,
 * the client certificate and headers that may be credentials are sent only there. Redirects are
 * followed for GET and HEAD, and for other methods where the status keeps the method (307, 308) and
 * the body can be sent again; never from https to http.
 *
 * Error kinds: ERR_NETWORK no usable answer (name, connection, TLS handshake broken off, stall);
 * ERR_CONFIG the certificate is not trusted or a URL is malformed; ERR_AUTH the proxy's credentials;
 * ERR_REMOTE what came is no HTTP, too large or leads nowhere; ERR_STOPPED. A status of 400 and
 * above is an answer, not an error: callers look at `status` and may use http_status_error().
 * Messages name the host, never userinfo, path secrets or query.
 */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include "base/buf.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/span.h"
#include "base/strings.h"

struct http;
struct http_stream;

/* All borrowed during http_open only. Zeroed is fine. */
struct http_options {
	const struct strings *ca_certs;   /* PEM texts, used instead of the system's; NULL: none */
	const char *ca_field;             /* named in the cure of a TLS error: "source.ca_certs" */
	bool skip_verify;                 /* neither certificate nor host name is checked */
	const struct secret *client_cert; /* PEM; with client_key */
	const struct secret *client_key;  /* PEM */
	const char *client_field;    /* named where they are of no use; NULL: nothing is named */
	const char *tls_server_name; /* SNI and the name to verify, instead of the URL's host */
	const char *proxy; /* http, https or socks5 URL, instead of the environment's; "": none */
	bool proxy_yields; /* no_proxy holds for `proxy` too */
};

MUST_CHECK int http_open(struct http **http, const struct http_options *options, struct err *err);
void http_close(struct http *http); /* closes its streams' connections too; NULL is fine */
void http_close_pointer(struct http **http);
#define auto_http AUTO(http_close_pointer)

enum http_method { HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_HEAD };

/* Sends the user's credentials to one origin only. Borrowed until the exchange is over. */
struct http_auth {
	const char *username; /* Basic, with `password`; may be "" */
	const struct secret *password;
	const struct secret *bearer; /* Authorization: Bearer; wins over Basic */
};

/* Where a large request body comes from: fill `data` with up to `size` bytes. Returns the count, 0
 * at the end, -1 with err. A body given so is never sent twice. It is called from within the waits of
 * the client and must not call it. */
typedef long http_body_read(void *context, char *data, size_t size, struct err *err);

struct http_request {
	enum http_method method;
	const char *url;              /* userinfo in it is refused: use auth */
	const struct http_auth *auth; /* NULL: none */
	const char *const *headers;   /* "Name: value" lines, NULL-terminated; NULL: none. They win
					   over ours: User-Agent, Content-Type */
	const struct strings *more_headers; /* likewise; NULL: none */
	const char *content_type;           /* of the body */
	struct span body;                   /* sent as it is; empty and no body_read: none */
	http_body_read *body_read;
	void *body_context;
	uint64_t body_length; /* of what body_read gives; 0: unknown, it is sent chunked */
	bool accept_gzip;     /* ask for a compressed answer, hand out the plain one */
	bool repeatable;      /* safe to send again: GETs, and writes that say so */
	bool no_redirects;
	int connect_timeout_ms; /* 0: CONNECT_TIMEOUT_MS */
	int stall_timeout_ms; /* no byte either way for so long; 0: STALL_TIMEOUT_MS, -1: none. After a
				   time of its own it is not repeated: such a silence is ERR_REMOTE */
	int total_timeout_ms; /* 0: TOTAL_TIMEOUT_MS, -1: none (watches, logs, packs) */
};

struct http_response {
	int status;
	char *url;          /* where redirects led, without userinfo and query */
	char *content_type; /* NULL when there was none */
	int retry_after_ms; /* -1 when there was none */
	char *location;     /* where a Location header leads that was not followed; it may hold a
			       secret in its query; NULL when there was none, or no http(s) URL */
	struct strings challenges; /* the values of WWW-Authenticate headers */
	struct buf body; /* http_fetch only; the caller's BUF() or BUF_SECRET() beforehand */
};

void http_response_release(struct http_response *response);
#define auto_response AUTO(http_response_release)

/*
 * One exchange. Repeats it, if `repeatable`, on connection errors, 429, 500, 502, 503 and 504 with
 * growing, jittered waits (limits.h), honouring a Retry-After that is short enough; the last answer
 * is then the answer. A body above response->body.max is ERR_REMOTE, but that of a status of 400 and
 * above is just cut. On failure the response is unchanged. Streams of the client go on meanwhile.
 */
MUST_CHECK int http_fetch(struct http *http, const struct http_request *request,
	struct http_response *response, struct err *err);

/*
 * Begin an exchange; returns once it is queued, before it is connected. The request and all that it
 * points to must outlive the stream. Not repeated: whoever reads a stream knows where to go on.
 */
MUST_CHECK int http_stream_open(struct http_stream **stream, struct http *http,
	const struct http_request *request, struct err *err);

/* Abandons the exchange if it is not over. NULL is fine. */
void http_stream_close(struct http_stream *stream);
void http_stream_close_pointer(struct http_stream **stream);
#define auto_stream AUTO(http_stream_close_pointer)

enum http_stream_state {
	STREAM_WAITING, /* nothing new */
	STREAM_STARTED, /* status and headers are there, no data yet */
	STREAM_DATA,    /* bytes are there */
	STREAM_ENDED,   /* the body is complete and all of it was taken */
	STREAM_FAILED,  /* see http_stream_error */
};

/* What the stream has now, without waiting. */
enum http_stream_state http_stream_state(const struct http_stream *stream);

/* Good once the state is not STREAM_WAITING. `body` is unused. Borrowed. */
const struct http_response *http_stream_response(const struct http_stream *stream);

/* Why it failed. Always -1. */
int http_stream_error(const struct http_stream *stream, struct err *err);

/*
 * The bytes received and not yet taken; good until the next http_ call. http_stream_consume() takes
 * `count` of them. A full buffer (LIMIT_STREAM_BUFFER) pauses the connection, not the others.
 */
struct span http_stream_data(const struct http_stream *stream);
void http_stream_consume(struct http_stream *stream, size_t count);

/*
 * Sleep until any stream of the client has news, or `timeout_ms` has passed (-1: no limit). Returns
 * 0 in both cases; -1 with ERR_STOPPED on a signal. News is what came since the last http_wait():
 * look at every stream after it, as bytes that are left lying are not news again.
 */
MUST_CHECK int http_wait(struct http *http, int timeout_ms, struct err *err);

/*
 * Pull up to `size` bytes, waiting for them: the count, 0 at the end of the body, -1 with err. For
 * those who follow a single stream.
 */
MUST_CHECK long http_stream_read(
	struct http_stream *stream, char *data, size_t size, struct err *err);

/*
 * Turn a status of 400 and above into an error of the fitting kind that says `what`, the status and
 * the server's own words (the first line of a text body; "message", "error" and the like of a JSON
 * body). Always -1.
 */
int http_status_error(const char *what, int status, struct span body, struct err *err);

/* The parts of it: the kind, and the words, which are the caller's; NULL where there are none. */
enum err_kind http_status_kind(int status);
MUST_CHECK char *http_status_words(struct span body);

/* "https://host:port/path" of any URL, without userinfo, query and fragment, for messages. */
MUST_CHECK char *http_show_url(const char *url);

/*
 * Split "scheme://user:pass@host/…" into the URL without userinfo and the percent-decoded user and
 * password (NULL where there is none; password is secret and registered). Out parameters are the
 * caller's to free.
 */
MUST_CHECK int http_split_userinfo(
	const char *url, char **plain, char **username, struct secret **password, struct err *err);

#endif
