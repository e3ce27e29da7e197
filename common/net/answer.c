/* SPDX-License-Identifier: Apache-2.0 */
/* answer: what comes back for a request: headers, body, redirects, the end. */
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "net/lib.h"

static const int redirects_max = 10;

/* The value of the header `name`, if `line` is it. */
static bool take_header(struct span line, const char *name, struct span *value)
{
	size_t length = strlen(name);

	if (line.length <= length || line.data[length] != ':' ||
		strncasecmp(line.data, name, length) != 0)
		return false;
	*value = span_trim((struct span){ line.data + length + 1, line.length - length - 1 });
	return true;
}

/* Seconds, or a date. */
static int retry_after_ms(struct span value)
{
	auto_free char *text = span_copy(value);
	struct span rest = value;
	uint64_t seconds;
	int64_t date;

	if (span_take_number(&rest, INT32_MAX / 1000, &seconds) && !rest.length)
		return (int)seconds * 1000;
	date = (int64_t)curl_getdate(text, NULL);
	if (date < 0)
		return -1;
	date = date * 1000 - clock_wall_ms();
	if (date > INT32_MAX)
		return INT32_MAX;
	return date < 0 ? 0 : (int)date;
}

/* GET and HEAD go where they are sent; other methods only where the method must stay, and only with
 * a body that can be sent again. */
static bool is_followed(const struct http_stream *stream, int status)
{
	const struct http_request *request = stream->request;

	if (!stream->location || request->no_redirects)
		return false;
	switch (status) {
	case 301:
	case 302:
	case 303:
		return request->method == HTTP_GET || request->method == HTTP_HEAD;
	case 307:
	case 308:
		return !request->body_read;
	default:
		return false;
	}
}

static void headers_complete(struct http_stream *stream)
{
	struct http_response *response = &stream->response;
	char *type = NULL;
	long status = 0;

	(void)curl_easy_getinfo(stream->easy, CURLINFO_RESPONSE_CODE, &status);
	if (status < 200)
		return;
	if (is_followed(stream, (int)status)) {
		stream->leading = true;
		return;
	}
	if (status == 407 && stream->proxy) {
		(void)explain_proxy(status, &stream->err);
		return;
	}
	response->status = (int)status;
	(void)curl_easy_getinfo(stream->easy, CURLINFO_CONTENT_TYPE, &type);
	response->content_type = mem_copy_string(type);
	response->url = http_show_url(stream->url);
	if (stream->location)
		response->location = url_resolve(stream->url, stream->location);
	stream->started = true;
	stream->news = true;
}

size_t answer_header(char *data, size_t size, size_t count, void *context)
{
	struct http_stream *stream = context;
	struct span line = { data, size * count };
	struct span value;

	stream->header_bytes += line.length;
	if (stream->header_bytes > LIMIT_HEADERS) {
		(void)err_set(&stream->err, ERR_REMOTE,
			"the headers of the answer are larger than %d bytes", LIMIT_HEADERS);
		return 0;
	}
	if (stream->started || stream->leading)
		return line.length; /* a trailer */
	if (span_starts(line, "HTTP/")) {
		free(TAKE(stream->location));
		strings_release(&stream->response.challenges);
		stream->response.retry_after_ms = -1;
	} else if (take_header(line, "Location", &value)) {
		free(stream->location);
		stream->location = span_copy(value);
	} else if (take_header(line, "WWW-Authenticate", &value)) {
		strings_add(&stream->response.challenges, value);
	} else if (take_header(line, "Retry-After", &value)) {
		stream->response.retry_after_ms = retry_after_ms(value);
	} else if (span_trim(line).length == 0) {
		headers_complete(stream);
	}
	return stream->err.kind == ERR_NONE ? line.length : 0;
}

/* An answer that is kept whole. An error's body is read only as far as a message needs it. */
static size_t keep_body(struct http_stream *stream, struct span bytes)
{
	struct buf *body = &stream->response.body;
	bool is_error = stream->response.status >= 400;
	size_t max = is_error && body->max > LIMIT_ERROR_BODY ? LIMIT_ERROR_BODY : body->max;
	size_t room = max - body->length;

	if (bytes.length <= room)
		return buf_add_span(body, bytes) < 0 ? 0 : bytes.length;
	if (is_error)
		stream->cut = buf_add(body, bytes.data, room) == 0;
	else
		(void)err_set(&stream->err, ERR_REMOTE, "the answer is larger than %zu bytes", max);
	return 0;
}

/* An answer that is taken as it comes. */
static size_t queue_body(struct http_stream *stream, struct span bytes)
{
	struct buf *body = &stream->response.body;
	size_t waiting = body->length - stream->taken;

	/* moving what waits costs no more than what was taken */
	if (waiting <= stream->taken) {
		buf_consume(body, stream->taken);
		stream->taken = 0;
	}
	if (waiting && waiting + bytes.length > LIMIT_STREAM_BUFFER) {
		stream->paused = true;
		return CURL_WRITEFUNC_PAUSE;
	}
	if (buf_add_span(body, bytes) < 0)
		return 0;
	stream->flowing = true;
	stream->news = true;
	return bytes.length;
}

size_t answer_body(char *data, size_t size, size_t count, void *context)
{
	struct http_stream *stream = context;
	struct span bytes = { data, size * count };

	if (stream->leading) {
		stream->passed_over += bytes.length;
		return stream->passed_over > LIMIT_ERROR_BODY ? 0 : bytes.length;
	}
	return stream->whole ? keep_body(stream, bytes) : queue_body(stream, bytes);
}

static void show(const struct http_stream *stream)
{
	auto_free char *url = NULL;
	curl_off_t up = 0;
	curl_off_t down = 0;
	long connections = 0;
	long status = 0;

	if (!log_debugging())
		return;
	url = http_show_url(stream->url);
	(void)curl_easy_getinfo(stream->easy, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(stream->easy, CURLINFO_SIZE_UPLOAD_T, &up);
	(void)curl_easy_getinfo(stream->easy, CURLINFO_SIZE_DOWNLOAD_T, &down);
	(void)curl_easy_getinfo(stream->easy, CURLINFO_NUM_CONNECTS, &connections);
	log_debug("http: %s %s: %ld, %lld ms, sent %lld, received %lld bytes%s",
		exchange_method(stream->request), url, status,
		(long long)(clock_monotonic_ms() - stream->begun_ms), (long long)up,
		(long long)down, connections ? ", new connection" : "");
}

/* The URL that the answer sends us to; NULL with err where we do not go. */
static char *leads_to(struct http_stream *stream, struct err *err)
{
	auto_free char *next = url_resolve(stream->url, stream->location);

	if (!next)
		(void)err_set(
			err, ERR_REMOTE, "redirects to something that is not an http or https URL");
	else if (stream->redirects >= redirects_max)
		(void)err_set(err, ERR_REMOTE, "redirects more than %d times", redirects_max);
	else if (strncasecmp(stream->url, "https:", 6) == 0 && strncmp(next, "https:", 6) != 0)
		(void)err_set(
			err, ERR_REMOTE, "redirects from https to http, which is not followed");
	else
		return TAKE(next);
	return NULL;
}

static int follow(struct http_stream *stream, struct err *err)
{
	auto_free char *next = leads_to(stream, err);

	if (!next) {
		auto_free char *origin = url_show_origin(stream->url);

		return err_wrap(err, "%s", origin);
	}
	stream->redirects++;
	free(stream->url);
	stream->url = TAKE(next);
	return exchange_begin(stream, err);
}

void answer_fail(struct http_stream *stream, const struct err *err)
{
	if (err != &stream->err)
		stream->err = *err;
	stream->over = true;
	stream->failed = true;
	stream->news = true;
}

/* Certificates that were left out for their cost, before the verdict that one is missing. Nothing of
 * the request has been sent yet. */
static bool try_wider(struct http_stream *stream)
{
	return trust_fault(explain_verdict(stream)) == TRUST_ISSUER &&
		trust_widen(stream->http->trust);
}

void answer_done(struct http_stream *stream, CURLcode code)
{
	struct err err = { 0 };

	show(stream);
	if (code == CURLE_OK && !stream->started && !stream->leading)
		code = CURLE_PARTIAL_FILE; /* libcurl takes an end within the headers for their end */
	if (stream->leading && (code == CURLE_OK || code == CURLE_WRITE_ERROR)) {
		if (follow(stream, &err) < 0)
			answer_fail(stream, &err);
	} else if (code == CURLE_OK || stream->cut) {
		stream->over = true;
		stream->news = true;
	} else if (code == CURLE_PEER_FAILED_VERIFICATION && try_wider(stream)) {
		if (exchange_begin(stream, &err) < 0)
			answer_fail(stream, &err);
	} else {
		stream->code = code;
		(void)explain(stream, code, &err);
		answer_fail(stream, &err);
	}
}
