/* SPDX-License-Identifier: Apache-2.0 */
/* stream: an answer of the API that is read as it comes. */
#include "base/limits.h"
#include "base/log.h"
#include "kube/status.h"
#include "kube/stream.h"

int stream_open(struct kube_stream *stream, struct kube *kube, const struct kube_path *path,
	const struct kube_parameter *parameters, int total_ms, struct err *err)
{
	stream_close(stream);
	stream->url = kube_url(kube, path, parameters);
	stream->api = path->api;
	stream->refusal = BUF(LIMIT_ERROR_BODY);
	stream->request = (struct http_request){
		.url = stream->url,
		.no_redirects = true,
		.stall_timeout_ms = -1,
		.total_timeout_ms = total_ms,
	};
	if (kube_authorize(kube, &stream->request, &stream->renewals, err) < 0)
		return -1;
	log_debug("GET %s", stream->url);
	return http_stream_open(&stream->http, kube_http(kube), &stream->request, err);
}

void stream_close(struct kube_stream *stream)
{
	http_stream_close(stream->http);
	free(stream->url);
	buf_release(&stream->refusal);
	*stream = (struct kube_stream){ 0 };
}

int stream_pause_ms(int64_t seconds)
{
	if (seconds <= 0)
		return 0;
	return seconds < RETRY_AFTER_MAX_MS / 1000 ? (int)seconds * 1000 : RETRY_AFTER_MAX_MS;
}

/* Take the body in until it is over: its end is where the server's words are complete. One that is
 * longer than any message is cut. */
static enum http_stream_state refused(
	struct kube_stream *stream, const struct kube *kube, struct err *why)
{
	enum http_stream_state state = http_stream_state(stream->http);
	bool full = false;
	int64_t after_ms;

	for (; state == STREAM_DATA && !full; state = http_stream_state(stream->http)) {
		struct span data = http_stream_data(stream->http);

		full = buf_add_span(&stream->refusal, data) < 0;
		http_stream_consume(stream->http, data.length);
	}
	if (!full && state != STREAM_ENDED && state != STREAM_FAILED)
		return STREAM_WAITING;
	after_ms = http_stream_response(stream->http)->retry_after_ms;
	stream->pause_ms = stream_pause_ms((after_ms + 999) / 1000);
	(void)status_error(stream->status, buf_span(&stream->refusal), stream->api, why);
	(void)kube_wrap(kube, why);
	if (stream->again)
		stream->status = 0;
	return STREAM_FAILED;
}

enum http_stream_state stream_poll(struct kube_stream *stream, struct kube *kube, struct err *why)
{
	enum http_stream_state state = http_stream_state(stream->http);

	if (state == STREAM_WAITING)
		return state;
	if (!stream->status) {
		stream->status = http_stream_response(stream->http)->status;
		stream->again = stream->status &&
			kube_worth_again(kube, stream->renewals, stream->status);
	}
	if (stream->status >= 300)
		return refused(stream, kube, why);
	if (state == STREAM_FAILED)
		(void)http_stream_error(stream->http, why);
	return state;
}
