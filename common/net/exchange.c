/* SPDX-License-Identifier: Apache-2.0 */
/* exchange: one request, as options of libcurl's handle. */
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"
#include "net/lib.h"

static const char *const methods[] = {
	[HTTP_GET] = "GET",
	[HTTP_POST] = "POST",
	[HTTP_PUT] = "PUT",
	[HTTP_PATCH] = "PATCH",
	[HTTP_DELETE] = "DELETE",
	[HTTP_HEAD] = "HEAD",
};

/* What may go on to another origin: a header that we do not know may be a credential. */
static const char *const harmless[] = { "Accept", "Accept-Language", "Git-Protocol", "User-Agent" };

const char *exchange_method(const struct http_request *request)
{
	return methods[request->method];
}

static int check_header(const char *header, struct err *err)
{
	if (!strpbrk(header, "\r\n"))
		return 0;
	return err_set(err, ERR_CONFIG, "header '%.*s' holds a line break",
		(int)strcspn(header, ":\r\n"), header);
}

static int check_headers(const struct http_request *request, struct err *err)
{
	const struct http_auth *auth = request->auth;
	const char *bearer = auth ? secret_reveal(auth->bearer) : NULL;

	for (const char *const *header = request->headers; header && *header; header++)
		if (check_header(*header, err) < 0)
			return -1;
	for (size_t i = 0; request->more_headers && i < request->more_headers->count; i++)
		if (check_header(request->more_headers->items[i], err) < 0)
			return -1;
	if (bearer && strpbrk(bearer, "\r\n"))
		return err_set(
			err, ERR_CONFIG, "the token holds a line break: it must be a single line");
	if (auth && auth->username && strchr(auth->username, ':'))
		return err_set(
			err, ERR_CONFIG, "the user name holds a ':', which HTTP cannot send");
	return 0;
}

int exchange_check(const struct http_request *request, struct err *err)
{
	auto_free char *shown = http_show_url(request->url);
	auto_free char *origin = url_origin(request->url);
	auto_free char *plain = NULL;
	auto_free char *user = NULL;
	auto_secret struct secret *password = NULL;

	if (strlen(request->url) > LIMIT_URL)
		return err_set(
			err, ERR_CONFIG, "%s: the URL is longer than %d bytes", shown, LIMIT_URL);
	if (!origin)
		return err_set(err, ERR_CONFIG, "%s: is not an http or https URL", shown);
	if (http_split_userinfo(request->url, &plain, &user, &password, err) < 0)
		return err_wrap(err, "%s", shown);
	if (user || password)
		return err_set(err, ERR_CONFIG,
			"%s: credentials in the URL: give them in fields of their own", shown);
	if (check_headers(request, err) < 0)
		return err_wrap(err, "%s", shown);
	return 0;
}

static size_t on_upload(char *data, size_t size, size_t count, void *context)
{
	struct http_stream *stream = context;
	const struct http_request *request = stream->request;
	long length = request->body_read(request->body_context, data, size * count, &stream->err);

	return length < 0 ? CURL_READFUNC_ABORT : (size_t)length;
}

static unsigned set_method(struct http_stream *stream)
{
	const struct http_request *request = stream->request;
	CURL *easy = stream->easy;
	unsigned bad = 0;

	if (request->body_read) {
		curl_off_t length = request->body_length ? (curl_off_t)request->body_length : -1;

		bad |= curl_easy_setopt(easy, CURLOPT_POST, 1L);
		bad |= curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, length);
		bad |= curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_upload);
		bad |= curl_easy_setopt(easy, CURLOPT_READDATA, stream);
	} else if (request->body.length || request->method == HTTP_POST ||
		request->method == HTTP_PUT || request->method == HTTP_PATCH) {
		bad |= curl_easy_setopt(easy, CURLOPT_POST, 1L);
		bad |= curl_easy_setopt(
			easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.length);
		bad |= curl_easy_setopt(
			easy, CURLOPT_POSTFIELDS, request->body.length ? request->body.data : "");
	} else if (request->method == HTTP_HEAD) {
		return curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
	} else {
		bad |= curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
	}
	bad |= curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, exchange_method(request));
	return bad;
}

static unsigned set_auth(struct http_stream *stream)
{
	const struct http_auth *auth = stream->request->auth;
	const char *password = auth ? secret_reveal(auth->password) : NULL;
	CURL *easy = stream->easy;
	unsigned bad = 0;

	if (!auth)
		return 0;
	if (auth->bearer) {
		bad |= curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (unsigned long)CURLAUTH_BEARER);
		bad |= curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, secret_reveal(auth->bearer));
	} else if (auth->username || auth->password) {
		bad |= curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (unsigned long)CURLAUTH_BASIC);
		bad |= curl_easy_setopt(
			easy, CURLOPT_USERNAME, auth->username ? auth->username : "");
		bad |= curl_easy_setopt(easy, CURLOPT_PASSWORD, password ? password : "");
	}
	return bad;
}

static unsigned add_header(struct http_stream *stream, const char *line)
{
	struct curl_slist *longer = curl_slist_append(stream->headers, line);

	if (!longer)
		return CURLE_OUT_OF_MEMORY;
	stream->headers = longer;
	return 0;
}

static bool is_harmless(const char *header)
{
	size_t length = strcspn(header, ":;");

	for (size_t i = 0; i < COUNT(harmless); i++)
		if (strlen(harmless[i]) == length && strncasecmp(harmless[i], header, length) == 0)
			return true;
	return false;
}

static unsigned set_headers(struct http_stream *stream, bool at_home)
{
	const struct http_request *request = stream->request;
	auto_free char *type = NULL;
	unsigned bad = 0;

	curl_slist_free_all(stream->headers);
	stream->headers = NULL;
	for (const char *const *header = request->headers; header && *header; header++)
		if (at_home || is_harmless(*header))
			bad |= add_header(stream, *header);
	for (size_t i = 0; request->more_headers && i < request->more_headers->count; i++)
		if (at_home || is_harmless(request->more_headers->items[i]))
			bad |= add_header(stream, request->more_headers->items[i]);
	if (stream->host_header)
		bad |= add_header(stream, stream->host_header);
	bad |= add_header(stream, "Expect:"); /* no round trip before the body */
	/* without a type, libcurl would call each body a form */
	type = mem_format(request->content_type ? "Content-Type: %s" : "Content-Type:%s",
		request->content_type ? request->content_type : "");
	bad |= add_header(stream, type);
	if (request->body_read && !request->body_length)
		bad |= add_header(stream, "Transfer-Encoding: chunked");
	return bad | curl_easy_setopt(stream->easy, CURLOPT_HTTPHEADER, stream->headers);
}

/*
 * Called when a connection is there and the request is about to be sent. libcurl sends a request again
 * by itself where a kept connection ends before the answer; the server may have acted upon it by then.
 */
static int on_send(
	void *context, char *their_address, char *our_address, int their_port, int our_port)
{
	struct http_stream *stream = context;
	enum http_method method = stream->request->method;
	bool safe = stream->request->repeatable || method == HTTP_GET || method == HTTP_HEAD;

	(void)their_address;
	(void)our_address;
	(void)their_port;
	(void)our_port;
	if (stream->sends++ && (!safe || stream->request->body_read)) {
		(void)err_set(
			&stream->err, ERR_NETWORK, "the connection was closed without an answer");
		return CURL_PREREQFUNC_ABORT;
	}
	return CURL_PREREQFUNC_OK;
}

static unsigned set_callbacks(struct http_stream *stream)
{
	CURL *easy = stream->easy;
	unsigned bad = 0;

	bad |= curl_easy_setopt(easy, CURLOPT_PRIVATE, stream);
	bad |= curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, stream->detail);
	bad |= curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_send);
	bad |= curl_easy_setopt(easy, CURLOPT_PREREQDATA, stream);
	bad |= curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, answer_header);
	bad |= curl_easy_setopt(easy, CURLOPT_HEADERDATA, stream);
	bad |= curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, answer_body);
	bad |= curl_easy_setopt(easy, CURLOPT_WRITEDATA, stream);
	if (stream->request->accept_gzip)
		bad |= curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
	return bad;
}

int exchange_begin(struct http_stream *stream, struct err *err)
{
	bool at_home = url_same_origin(stream->url, stream->request->url);
	unsigned bad = 0;

	free(stream->proxy);
	stream->proxy = proxy_for(stream->http->proxy, stream->http->proxy_yields, stream->url);
	if (stream->proxy && proxy_check(stream->proxy, err) < 0)
		return -1;
	curl_easy_reset(stream->easy);
	stream->detail[0] = '\0';
	stream->sends = 0;
	stream->header_bytes = 0;
	stream->passed_over = 0;
	free(TAKE(stream->location));
	stream->leading = false;
	stream->moved = 0;
	stream->moved_ms = clock_monotonic_ms();
	bad |= transport_set(stream, at_home);
	bad |= set_callbacks(stream);
	bad |= set_method(stream);
	bad |= at_home ? set_auth(stream) : 0;
	bad |= set_headers(stream, at_home);
	if (bad || curl_multi_add_handle(stream->http->multi, stream->easy) != CURLM_OK)
		return err_set(err, ERR_INTERNAL, "libcurl refuses the request");
	stream->added = true;
	return 0;
}
