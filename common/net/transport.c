/* SPDX-License-Identifier: Apache-2.0 */
/* transport: how a request gets to its server: connection, TLS, proxy and time limits. */
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/release.h"
#include "net/lib.h"

static CURLcode on_ssl_ctx(CURL *easy, void *ssl_ctx, void *context)
{
	struct http_stream *stream = context;
	bool proxy_is_tls = stream->proxy && strncasecmp(stream->proxy, "https:", 6) == 0;

	(void)easy;
	if (trust_own_expired(ssl_ctx)) {
		(void)explain_expired_client(stream, &stream->err);
		return CURLE_ABORTED_BY_CALLBACK;
	}
	if (stream->http->skip_verify && !proxy_is_tls)
		return CURLE_OK;
	return trust_apply(stream->http->trust, ssl_ctx) < 0 ? CURLE_OUT_OF_MEMORY : CURLE_OK;
}

static struct curl_blob blob_of(const struct secret *secret)
{
	union {
		const char *text;
		void *data; /* libcurl only reads it */
	} bytes = { .text = secret_reveal(secret) };

	return (struct curl_blob){ bytes.data, secret_length(secret), CURL_BLOB_NOCOPY };
}

static unsigned set_tls(struct http_stream *stream, bool at_home)
{
	const struct http *http = stream->http;
	CURL *easy = stream->easy;
	long versions = CURL_SSLVERSION_TLSv1_2;
	unsigned bad = 0;

	/* no file of libcurl's choosing: on_ssl_ctx brings the certificates */
	bad |= curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
	bad |= curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	bad |= curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, NULL);
	bad |= curl_easy_setopt(easy, CURLOPT_PROXY_CAPATH, NULL);
	bad |= curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 0L);
	bad |= curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_ssl_ctx);
	bad |= curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, stream);
	bad |= curl_easy_setopt(easy, CURLOPT_SSLVERSION, versions);
	bad |= curl_easy_setopt(easy, CURLOPT_PROXY_SSLVERSION, versions);
	bad |= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, http->skip_verify ? 0L : 1L);
	bad |= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, http->skip_verify ? 0L : 2L);
	if (http->client_cert && at_home) {
		struct curl_blob certificate = blob_of(http->client_cert);
		struct curl_blob key = blob_of(http->client_key);

		bad |= curl_easy_setopt(easy, CURLOPT_SSLCERT_BLOB, &certificate);
		bad |= curl_easy_setopt(easy, CURLOPT_SSLCERTTYPE, "PEM");
		bad |= curl_easy_setopt(easy, CURLOPT_SSLKEY_BLOB, &key);
		bad |= curl_easy_setopt(easy, CURLOPT_SSLKEYTYPE, "PEM");
	}
	return bad;
}

static unsigned set_proxy(struct http_stream *stream)
{
	CURL *easy = stream->easy;
	unsigned bad = 0;

	/* "" keeps libcurl from reading the environment by its own rules */
	bad |= curl_easy_setopt(easy, CURLOPT_PROXY, stream->proxy ? stream->proxy : "");
	bad |= curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
	bad |= curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	return bad;
}

static int limit_ms(int given, int usual)
{
	if (given < 0)
		return 0; /* libcurl's "none" */
	return given ? given : usual;
}

static unsigned set_limits(struct http_stream *stream)
{
	const struct http_request *request = stream->request;
	int total = limit_ms(request->total_timeout_ms, TOTAL_TIMEOUT_MS);
	int connect = limit_ms(request->connect_timeout_ms, CONNECT_TIMEOUT_MS);
	CURL *easy = stream->easy;
	unsigned bad = 0;

	if (total) { /* of the whole, redirects included */
		int64_t left = stream->begun_ms + total - clock_monotonic_ms();

		bad |= curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, left > 0 ? (long)left : 1L);
	}
	bad |= curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)connect);
	return bad;
}

/*
 * libcurl takes the name for SNI and for verifying from the URL alone. So the URL gets the name, and
 * the connection and the Host header what the URL said.
 */
static unsigned set_named_url(struct http_stream *stream, const char *name)
{
	auto_free char *scheme = NULL;
	auto_free char *host = NULL;
	auto_free char *port = NULL;
	auto_free char *way = NULL;
	auto_free char *named = NULL;
	const char *path = strstr(stream->url, "://") + 3;

	if (url_split(stream->url, &scheme, &host, &port) < 0)
		return CURLE_URL_MALFORMAT;
	path += strcspn(path, "/?#");
	named = mem_format("https://%s:%s%s", name, port, path);
	way = mem_format(
		strchr(host, ':') ? "%s:%s:[%s]:%s" : "%s:%s:%s:%s", name, port, host, port);
	stream->connect_to = curl_slist_append(NULL, way);
	stream->host_header = mem_format(
		strchr(host, ':') ? "Host: [%s]:%s" : "Host: %s:%s", host, port);
	return curl_easy_setopt(stream->easy, CURLOPT_CONNECT_TO, stream->connect_to) |
		curl_easy_setopt(stream->easy, CURLOPT_URL, named);
}

static unsigned set_url(struct http_stream *stream, bool at_home)
{
	const char *name = at_home ? stream->http->tls_server_name : NULL;

	curl_slist_free_all(stream->connect_to);
	stream->connect_to = NULL;
	free(TAKE(stream->host_header));
	if (name && strncasecmp(stream->url, "https:", 6) == 0)
		return set_named_url(stream, name);
	return curl_easy_setopt(stream->easy, CURLOPT_URL, stream->url);
}

static unsigned set_wire(struct http_stream *stream)
{
	auto_free char *agent = mem_format("build-service-resource/%s", release_version);
	CURL *easy = stream->easy;
	unsigned bad = 0;

	bad |= curl_easy_setopt(easy, CURLOPT_SHARE, stream->http->share);
	bad |= curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	bad |= curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* do not wait for a name server */
	bad |= curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	bad |= curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	bad |= curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	/* a peer that vanished is noticed within three minutes, however silent a watch may be */
	bad |= curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	bad |= curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, 30L);
	bad |= curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, 15L);
	bad |= curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 64L * KIB);
	bad |= curl_easy_setopt(easy, CURLOPT_USERAGENT, agent);
	return bad;
}

unsigned transport_set(struct http_stream *stream, bool at_home)
{
	unsigned bad = set_wire(stream);

	bad |= set_tls(stream, at_home);
	bad |= set_proxy(stream);
	bad |= set_limits(stream);
	bad |= set_url(stream, at_home);
	return bad;
}
