/* SPDX-License-Identifier: Apache-2.0 */
/* http_fetch: objects from a git server over HTTP. */
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "git/remote/http.h"

static bool may_pass(int status, const struct err *err)
{
	return (status < 0 && err->kind == ERR_NETWORK) || status == 429 || status == 502 ||
		status == 503 || status == 504;
}

/* A fetch changes nothing, so it is begun again while its answer has not begun. */
static int start_fetch(struct http_stream **stream, struct http_remote *remote,
	struct http_request *request, struct err *err)
{
	int64_t pause_ms = RETRY_FIRST_MS;

	for (int attempt = 1;; attempt++) {
		int status = http_remote_start(stream, remote, request, err);

		if (status == 200)
			return 0;
		if (login_worth_again(&remote->login, status)) {
			http_stream_close_pointer(stream);
			continue;
		}
		if (!may_pass(status, err) || attempt == RETRY_MAX)
			return status < 0 ? -1
					  : http_stream_refused(remote, UPLOAD_PACK, *stream, err);
		log_debug("git: the fetch failed, trying again in %lld ms", (long long)pause_ms);
		http_stream_close_pointer(stream);
		clock_sleep_ms(pause_ms);
		pause_ms *= 2;
	}
}

/* The end of the answer, behind what git reads of it: the connection can be used again after it. */
static void read_to_end(struct http_stream *stream)
{
	struct err ignored = { 0 };
	char rest[KIB];

	if (http_stream_read(stream, rest, sizeof(rest), &ignored) != 0)
		log_debug("git: more came behind the end of the answer");
}

static int fetch_once(struct http_remote *remote, const struct fetch_request *wanted,
	const struct pack_sink *sink, struct fetch_result *result, struct err *err)
{
	auto_buf struct buf body = BUF(LIMIT_GIT_REQUEST);
	auto_stream struct http_stream *stream = NULL;
	auto_post struct http_post post = { 0 };
	struct pkt_reader reader;

	if (fetch_write(&body, &remote->capabilities, wanted, err) < 0)
		return -1;
	http_post_init(&post, remote, UPLOAD_PACK);
	post.request.body = buf_span(&body);
	if (start_fetch(&stream, remote, &post.request, err) < 0)
		return -1;
	pkt_reader_init(&reader, http_remote_source, stream);
	if (fetch_read(result, &remote->capabilities, wanted, &reader, sink, err) < 0)
		return -1;
	read_to_end(stream);
	return 0;
}

int http_remote_fetch(void *state, const struct fetch_request *request,
	const struct pack_sink *sink, struct fetch_result *result, struct err *err)
{
	struct fetch_request again = *request;

	if (fetch_once(state, request, sink, result, err) < 0)
		return -1;
	/* a server of version 0 that knows no 'no-done' is ready, and wants to be told to go on */
	if (request->done || !result->ready || result->pack)
		return 0;
	again.done = true;
	return fetch_once(state, &again, sink, result, err);
}
