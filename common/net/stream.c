/* SPDX-License-Identifier: Apache-2.0 */
/* stream: an exchange whose body is taken as it comes. */
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"
#include "net/lib.h"

int stream_new(struct http_stream **stream, struct http *http, const struct http_request *request,
	struct err *err)
{
	auto_stream struct http_stream *new = NULL;

	if (exchange_check(request, err) < 0)
		return -1;
	new = mem_alloc(sizeof(*new));
	new->http = http;
	new->request = request;
	new->next = http->streams;
	http->streams = new;
	new->url = url_plain(request->url);
	new->begun_ms = clock_monotonic_ms();
	new->response.retry_after_ms = -1;
	/* what waits, and as much that was taken and is not yet moved over */
	new->response.body.max = LIMIT_STREAM_BUFFER * 2;
	new->easy = curl_easy_init();
	if (!new->easy)
		return err_set(err, ERR_INTERNAL, "libcurl makes no handle");
	if (exchange_begin(new, err) < 0)
		return -1;
	*stream = TAKE(new);
	return 0;
}

int http_stream_open(struct http_stream **stream, struct http *http,
	const struct http_request *request, struct err *err)
{
	return stream_new(stream, http, request, err);
}

static void leave_client(struct http_stream *stream)
{
	struct http_stream **link = &stream->http->streams;

	client_drop(stream);
	while (*link != stream)
		link = &(*link)->next;
	*link = stream->next;
}

void http_stream_close(struct http_stream *stream)
{
	if (!stream)
		return;
	if (stream->http)
		leave_client(stream);
	curl_easy_cleanup(stream->easy);
	curl_slist_free_all(stream->headers);
	curl_slist_free_all(stream->connect_to);
	http_response_release(&stream->response);
	free(stream->host_header);
	free(stream->location);
	free(stream->proxy);
	if (stream->url) /* a signed one is a credential */
		secret_wipe(stream->url, strlen(stream->url));
	free(stream->url);
	free(stream);
}

void http_stream_close_pointer(struct http_stream **stream)
{
	http_stream_close(*stream);
	*stream = NULL;
}

enum http_stream_state http_stream_state(const struct http_stream *stream)
{
	const struct buf *body = &stream->response.body;

	if (body->length > stream->taken)
		return STREAM_DATA;
	if (stream->failed)
		return STREAM_FAILED;
	if (stream->over)
		return STREAM_ENDED;
	return stream->started && !stream->flowing ? STREAM_STARTED : STREAM_WAITING;
}

const struct http_response *http_stream_response(const struct http_stream *stream)
{
	return &stream->response;
}

int http_stream_error(const struct http_stream *stream, struct err *err)
{
	*err = stream->err;
	return -1;
}

struct span http_stream_data(const struct http_stream *stream)
{
	struct span rest = buf_span(&stream->response.body);

	rest.data += stream->taken;
	rest.length -= stream->taken;
	return rest;
}

void http_stream_consume(struct http_stream *stream, size_t count)
{
	size_t there = stream->response.body.length - stream->taken;

	stream->taken += count < there ? count : there;
	if (!stream->paused || !stream->added || there - count > LIMIT_STREAM_BUFFER / 2)
		return;
	stream->paused = false;
	stream->moved_ms = clock_monotonic_ms();
	(void)curl_easy_pause(stream->easy, CURLPAUSE_CONT);
}

long http_stream_read(struct http_stream *stream, char *data, size_t size, struct err *err)
{
	enum http_stream_state state;

	while ((state = http_stream_state(stream)) == STREAM_WAITING || state == STREAM_STARTED)
		if (client_turn(stream->http, INT64_MAX, err) < 0)
			return -1;
	if (state == STREAM_FAILED)
		return http_stream_error(stream, err);
	if (state == STREAM_DATA) {
		struct span rest = http_stream_data(stream);
		size_t count = rest.length < size ? rest.length : size;

		memcpy(data, rest.data, count);
		http_stream_consume(stream, count);
		return (long)count;
	}
	return 0;
}

void http_response_release(struct http_response *response)
{
	free(response->url);
	free(response->content_type);
	if (response->location)
		secret_wipe(response->location, strlen(response->location));
	free(response->location);
	strings_release(&response->challenges);
	response->location = NULL;
	response->url = NULL;
	response->content_type = NULL;
	response->status = 0;
	response->retry_after_ms = -1;
	buf_release(&response->body);
}
