/* SPDX-License-Identifier: Apache-2.0 */
/* explain: libcurl's ways to fail, as sentences for the person who must act. */
#include <errno.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "net/lib.h"

static const char *ca_field(const struct http_stream *stream)
{
	return stream->http->ca_field ? stream->http->ca_field : "ca_certs";
}

static int untrusted(const struct http_stream *stream, struct err *err)
{
	const char *place = trust_place(stream->http->trust);

	if (!place)
		return err_set(err, ERR_CONFIG,
			"certificate is not trusted, as no CA certificates were found: add its issuer to '%s'",
			ca_field(stream));
	return err_set(err, ERR_CONFIG,
		"certificate is not trusted (its issuer is not in %s): add its issuer to '%s'",
		place, ca_field(stream));
}

long explain_verdict(const struct http_stream *stream)
{
	long server = 0;
	long proxy = 0;

	(void)curl_easy_getinfo(stream->easy, CURLINFO_SSL_VERIFYRESULT, &server);
	(void)curl_easy_getinfo(stream->easy, CURLINFO_PROXY_SSL_VERIFYRESULT, &proxy);
	return proxy ? proxy : server;
}

static int bad_certificate(const struct http_stream *stream, struct err *err)
{
	long result = explain_verdict(stream);

	switch (trust_fault(result)) {
	case TRUST_NAME:
		return err_set(err, ERR_CONFIG,
			"certificate is for another name: use one that it holds in the URL");
	case TRUST_EXPIRED:
		return err_set(err, ERR_CONFIG,
			"certificate has expired: the server needs a new one (or this machine's clock is wrong)");
	case TRUST_NOT_YET:
		return err_set(err, ERR_CONFIG,
			"certificate is not valid yet: the server's or this machine's clock is wrong");
	case TRUST_ISSUER:
		return untrusted(stream, err);
	case TRUST_OTHER:
	default:
		return err_set(
			err, ERR_CONFIG, "certificate is not accepted: %s", trust_reason(result));
	}
}

static int not_connected(const struct http_stream *stream, struct err *err)
{
	long number = 0;

	(void)curl_easy_getinfo(stream->easy, CURLINFO_OS_ERRNO, &number);
	if (number == ECONNREFUSED)
		return err_set(err, ERR_NETWORK, "connection refused: nothing listens there");
	if (number)
		return err_set(err, ERR_NETWORK, "cannot connect: %s", strerror((int)number));
	return err_set(err, ERR_NETWORK, "cannot connect: %s",
		*stream->detail ? stream->detail : curl_easy_strerror(CURLE_COULDNT_CONNECT));
}

static int too_slow(struct http_stream *stream, struct err *err)
{
	const struct http_request *request = stream->request;
	int limit = request->total_timeout_ms ? request->total_timeout_ms : TOTAL_TIMEOUT_MS;
	curl_off_t connected = 0;

	(void)curl_easy_getinfo(stream->easy, CURLINFO_PRETRANSFER_TIME_T, &connected);
	if (!connected) {
		limit = request->connect_timeout_ms ? request->connect_timeout_ms
						    : CONNECT_TIMEOUT_MS;
		return err_set(err, ERR_NETWORK, "no connection within %g s", limit / 1000.0);
	}
	stream->late = true;
	return err_set(err, ERR_NETWORK, "no complete answer within %g s", limit / 1000.0);
}

/* What the proxy says to CONNECT, or 0. */
static long proxy_status(const struct http_stream *stream)
{
	long status = 0;

	if (stream->proxy)
		(void)curl_easy_getinfo(stream->easy, CURLINFO_HTTP_CONNECTCODE, &status);
	return status;
}

int explain_proxy(long status, struct err *err)
{
	if (status == 407)
		return err_set(err, ERR_AUTH,
			"the proxy wants other credentials: put user and password into the proxy's URL");
	return err_set(err, status >= 500 ? ERR_NETWORK : ERR_CONFIG,
		"the proxy does not connect us: it answered %ld (no_proxy names hosts to reach directly)",
		status);
}

/* ": check 'field'", where it is known; the caller frees. */
static char *client_cure(const struct http *http)
{
	return http->client_field ? mem_format(": check '%s'", http->client_field)
				  : mem_copy_string("");
}

static int unusable_client(const struct http_stream *stream, struct err *err)
{
	auto_free char *cure = client_cure(stream->http);

	return err_set(err, ERR_CONFIG, "client certificate or key is not usable: %s%s",
		stream->detail, cure);
}

int explain_expired_client(const struct http_stream *stream, struct err *err)
{
	auto_free char *cure = client_cure(stream->http);

	return err_set(err, ERR_CONFIG,
		"client certificate has expired (or this machine's clock is wrong)%s", cure);
}

/* The alerts of a server that does not take the client for who it is. */
static bool refuses_client(const char *detail)
{
	static const char *const alerts[] = { "alert certificate ", "alert bad certificate",
		"alert unknown ca", "alert access denied", "handshake failure" };

	for (size_t i = 0; i < COUNT(alerts); i++)
		if (strstr(detail, alerts[i]))
			return true;
	return false;
}

static int broken(const struct http_stream *stream, CURLcode code, struct err *err)
{
	const char *detail = *stream->detail ? stream->detail : curl_easy_strerror(code);
	auto_free char *cure = client_cure(stream->http);

	if (refuses_client(detail))
		return err_set(err, ERR_CONFIG,
			"TLS handshake failed; the server may want a client certificate, or another one: %s%s",
			detail, cure);
	if (code == CURLE_SSL_CONNECT_ERROR)
		return err_set(err, ERR_NETWORK, "TLS handshake failed: %s", detail);
	if (code == CURLE_GOT_NOTHING || code == CURLE_SEND_FAIL_REWIND)
		return err_set(err, ERR_NETWORK, "the connection was closed without an answer");
	if (code == CURLE_PARTIAL_FILE)
		return err_set(
			err, ERR_NETWORK, "the connection was closed in the middle of the answer");
	return err_set(err, ERR_NETWORK, "the connection broke: %s", detail);
}

static int translate(struct http_stream *stream, CURLcode code, struct err *err)
{
	long proxied = proxy_status(stream);

	if (proxied >= 300)
		return explain_proxy(proxied, err);
	/* the rest of libcurl's hundred codes cannot happen here, or are told by the last line */
	if (code == CURLE_COULDNT_RESOLVE_HOST)
		return err_set(err, ERR_NETWORK,
			"host name not found: is it spelled right, and does this machine's DNS know it?");
	if (code == CURLE_COULDNT_RESOLVE_PROXY)
		return err_set(err, ERR_NETWORK, "host name of the proxy not found");
	if (code == CURLE_COULDNT_CONNECT)
		return not_connected(stream, err);
	if (code == CURLE_OPERATION_TIMEDOUT)
		return too_slow(stream, err);
	if (code == CURLE_PEER_FAILED_VERIFICATION)
		return bad_certificate(stream, err);
	if (code == CURLE_SSL_CERTPROBLEM)
		return unusable_client(stream, err);
	if (code == CURLE_WEIRD_SERVER_REPLY || code == CURLE_UNSUPPORTED_PROTOCOL)
		return err_set(err, ERR_REMOTE, "what answers there does not speak HTTP");
	if (code == CURLE_BAD_CONTENT_ENCODING)
		return err_set(err, ERR_REMOTE, "the compressed answer cannot be unpacked");
	return broken(stream, code, err);
}

int explain(struct http_stream *stream, CURLcode code, struct err *err)
{
	auto_free char *origin = url_show_origin(stream->url);
	auto_free char *proxy = stream->proxy ? url_show_origin(stream->proxy) : NULL;

	if (stream->err.kind != ERR_NONE) /* our own callbacks stopped it */
		*err = stream->err;
	else
		(void)translate(stream, code, err);
	if (proxy)
		(void)err_wrap(err, "%s, through proxy %s", origin, proxy);
	else
		(void)err_wrap(err, "%s", origin);
	return -1;
}
