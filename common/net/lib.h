/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lib: what the files of net/ share, and the only includer of libcurl's header.
 *
 * A stream is one easy handle of the client's multi handle. exchange.c dresses the handle, answer.c
 * takes what comes back, client.c turns the wheel, stream.c and fetch.c are the two ways to use it.
 */
#ifndef NET_LIB_H
#define NET_LIB_H

#include <curl/curl.h>

#include "net/http.h"
#include "net/url.h"

struct trust;

struct http {
	CURLM *multi;
	CURLSH *share; /* TLS sessions */
	struct http_stream *streams;
	struct trust *trust;
	char *ca_field;
	char *tls_server_name;
	char *proxy;
	bool proxy_yields;
	struct secret *client_cert;
	struct secret *client_key;
	char *client_field;
	bool skip_verify;
};

struct http_stream {
	struct http *http; /* NULL once the client is closed */
	struct http_stream *next;
	const struct http_request *request;
	CURL *easy;
	struct curl_slist *headers;
	struct curl_slist *connect_to;
	char *host_header; /* where it is not what libcurl would send */
	char *url;         /* of the request that is under way: redirects change it */
	char *proxy;       /* that it goes through; NULL: none */
	char *location;    /* that the answer names; NULL: none */
	int redirects;
	int sends;                     /* how often the request was begun to be sent */
	struct http_response response; /* `body`: the whole of it, or what was not taken yet */
	size_t taken;                  /* bytes at the front of the body that were taken */
	size_t passed_over;            /* bytes of a redirect's own body */
	size_t header_bytes;
	bool whole;   /* the body is kept whole, up to its maximum: http_fetch */
	bool added;   /* the easy handle is in the multi handle */
	bool leading; /* the answer is a redirect that will be followed */
	bool started;
	bool flowing; /* bytes of the body have come */
	bool cut;     /* enough was read of an error's body */
	bool paused;
	bool over;
	bool failed;
	bool late; /* the time for the whole is used up */
	bool news;
	CURLcode code; /* how it failed; CURLE_OK: for a reason of our own */
	struct err err;
	char detail[CURL_ERROR_SIZE];
	int64_t begun_ms;
	int64_t moved_ms; /* when the last byte came or went */
	curl_off_t moved;
};

/* client.c */
/* Wait up to `timeout_ms` for any socket, signal or limit, then let every stream go on. */
MUST_CHECK int client_turn(struct http *http, int64_t timeout_ms, struct err *err);
/* Take the exchange off the wire. */
void client_drop(struct http_stream *stream);

/* stream.c */
MUST_CHECK int stream_new(struct http_stream **stream, struct http *http,
	const struct http_request *request, struct err *err);

/* exchange.c */
/* Refuse what must not be sent: foreign schemes, userinfo, line breaks in headers. */
MUST_CHECK int exchange_check(const struct http_request *request, struct err *err);
/* Put the request for stream->url on its way. */
MUST_CHECK int exchange_begin(struct http_stream *stream, struct err *err);
const char *exchange_method(const struct http_request *request);

/* transport.c */
/* Set what a connection needs; `at_home`: to the origin that credentials belong to. */
MUST_CHECK unsigned transport_set(struct http_stream *stream, bool at_home);

/* answer.c */
size_t answer_header(char *data, size_t size, size_t count, void *context);
size_t answer_body(char *data, size_t size, size_t count, void *context);
/* The exchange is over: begin the next where it leads elsewhere, else fill in how it ended. */
void answer_done(struct http_stream *stream, CURLcode code);
void answer_fail(struct http_stream *stream, const struct err *err);

/* explain.c */
/* The sentence for the way in which libcurl failed. Always -1. */
int explain(struct http_stream *stream, CURLcode code, struct err *err);
/* The proxy itself answered with this status. Always -1. */
int explain_proxy(long status, struct err *err);
int explain_expired_client(const struct http_stream *stream, struct err *err);
/* What OpenSSL said of the server's certificate, or of the proxy's: X509_V_... */
long explain_verdict(const struct http_stream *stream);

/* Before anything else of OpenSSL: its tables are left to the end of the process, as freeing them one by
 * one is a tenth of what a check costs. */
void trust_begin(void);

/* trust.c */
MUST_CHECK int trust_new(struct trust **trust, const struct http_options *options, struct err *err);
void trust_free(struct trust *trust);
/* Let the SSL_CTX of a new connection verify by our certificates, which are loaded now if they
 * were not yet. */
int trust_apply(struct trust *trust, void *ssl_ctx);
/* Whether the certificate that the SSL_CTX shows of us, if any, has expired. Most servers answer it with a 401 that says nothing. */
bool trust_own_expired(void *ssl_ctx);
/* The issuer was not found: load what was left out because it is costly. True if there was any. */
bool trust_widen(struct trust *trust);
/* Where the certificates came from; NULL when there are none. */
const char *trust_place(const struct trust *trust);
/* What X509_V_ERR_... means. */
const char *trust_reason(long verify_result);
enum trust_fault { TRUST_NAME, TRUST_EXPIRED, TRUST_NOT_YET, TRUST_ISSUER, TRUST_OTHER };
enum trust_fault trust_fault(long verify_result);

/* url.c, beside url.h */
/* "https://host", with a port that is not the scheme's, for messages. */
MUST_CHECK char *url_show_origin(const char *url);
/* Without userinfo and fragment; NULL if it is no http(s) URL. */
MUST_CHECK char *url_plain(const char *url);
/* Where a redirect from `url` to `location`, which may be relative, leads: without userinfo and
 * fragment; NULL if that is no http(s) URL. */
MUST_CHECK char *url_resolve(const char *url, const char *location);
/* Whether it is a URL of any scheme. */
bool url_is_good(const char *url);

/* proxy.c */
/* The URL of the proxy for `url`: `given`, unless it yields to no_proxy, or what the environment says;
 * NULL: none. */
MUST_CHECK char *proxy_for(const char *given, bool yields, const char *url);
/* libcurl's own message would show a URL that it refuses. */
MUST_CHECK int proxy_check(const char *proxy, struct err *err);
/* Keep the passwords in the URLs of proxies out of the log. */
void proxy_hide(const char *given);
/* The URL of the proxy for what is not HTTP: what all_proxy says; NULL: none. */
MUST_CHECK char *proxy_for_socket(const char *host, unsigned port);
/* Whether a no_proxy list names the host (or address) and port. */
bool proxy_passes_over(const char *no_proxy, const char *host, const char *port);

#endif
