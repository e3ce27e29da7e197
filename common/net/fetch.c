/* SPDX-License-Identifier: Apache-2.0 */
/* fetch: one exchange from begin to end, and again where that may help. */
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "net/lib.h"

/* A wait of so long is told to whoever watches. */
static const int told_ms = 2000;

/* A host that is not found, or lets the time for connecting go by, is seldom there a little later. */
static const int absent_retry_max = 2;

static bool is_passing(int status)
{
	return status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

/* Between a half and the whole of what doubles with each attempt, so that clients spread. */
static int growing_ms(int attempt)
{
	int full = RETRY_FIRST_MS << attempt;
	unsigned random = 0;

	(void)!getrandom(&random, sizeof(random), GRND_NONBLOCK);
	return full / 2 + (int)(random % (unsigned)(full / 2 + 1));
}

/* How long to wait before the attempt after number `attempt` (from 0); -1: do not try again. */
static int retry_wait_ms(const struct http_stream *stream, int attempt)
{
	int after = stream->response.retry_after_ms;
	int growing;

	if (!stream->request->repeatable || stream->request->body_read || attempt >= RETRY_MAX)
		return -1;
	if (stream->failed) {
		bool absent = stream->code == CURLE_COULDNT_RESOLVE_HOST ||
			stream->code == CURLE_COULDNT_RESOLVE_PROXY ||
			stream->code == CURLE_OPERATION_TIMEDOUT;

		if (stream->err.kind != ERR_NETWORK || stream->late ||
			(absent && attempt >= absent_retry_max))
			return -1;
		return growing_ms(attempt);
	}
	if (!is_passing(stream->response.status) || after > RETRY_AFTER_MAX_MS)
		return -1;
	growing = growing_ms(attempt);
	return after > growing ? after : growing;
}

static void tell(const struct http_stream *stream, int wait)
{
	auto_free char *origin = url_show_origin(stream->url);
	double seconds = wait / 1000.0;
	auto_free char *why = stream->failed
		? mem_copy_string(stream->err.message)
		: mem_format("%s: answered %d", origin, stream->response.status);

	if (wait >= told_ms)
		log_warning("%s; trying again in %.1f s", why, seconds);
	else
		log_debug("%s; trying again in %.1f s", why, seconds);
}

/* Other streams of the client go on meanwhile. */
static int sleep_ms(struct http *http, int wait, struct err *err)
{
	int64_t end = clock_monotonic_ms() + wait;
	int64_t left = wait;

	while (left > 0) {
		if (client_turn(http, left, err) < 0)
			return -1;
		left = end - clock_monotonic_ms();
	}
	return 0;
}

static const int done = -2;

/* Returns how long to wait before the next attempt, -1 with err, or `done`. */
static int attempt_once(struct http *http, const struct http_request *request,
	struct http_response *response, int attempt, struct err *err)
{
	auto_stream struct http_stream *stream = NULL;
	int wait;

	if (stream_new(&stream, http, request, err) < 0)
		return -1;
	stream->whole = true;
	stream->response.body.max = response->body.max;
	stream->response.body.secret = response->body.secret;
	while (!stream->over)
		if (client_turn(http, INT64_MAX, err) < 0)
			return -1;
	wait = retry_wait_ms(stream, attempt);
	if (wait >= 0) {
		tell(stream, wait);
		return wait;
	}
	if (stream->failed)
		return http_stream_error(stream, err);
	http_response_release(response);
	*response = stream->response;
	stream->response = (struct http_response){ 0 };
	return done;
}

int http_fetch(struct http *http, const struct http_request *request,
	struct http_response *response, struct err *err)
{
	for (int attempt = 0;; attempt++) {
		int wait = attempt_once(http, request, response, attempt, err);

		if (wait == done)
			return 0;
		if (wait < 0 || sleep_ms(http, wait, err) < 0)
			return -1;
	}
}
