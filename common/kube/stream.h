/* SPDX-License-Identifier: Apache-2.0 */
/* stream: an answer of the API that is read as it comes: a watch, a log. */
#ifndef KUBE_STREAM_H
#define KUBE_STREAM_H

#include "kube/api.h"

/* `{ 0 }` is a closed stream. It must not move while it is open. */
struct kube_stream {
	struct http_stream *http;
	struct http_request request;
	char *url;
	const char *api;    /* of the path */
	struct buf refusal; /* the body of a status of 300 and above */
	int status;         /* 0 before the answer begins, and where there was none */
	unsigned renewals;  /* of kube_authorize() */
	bool again;         /* it is a 401, and the next stream will have another token */
	int pause_ms;       /* after a refusal that says when to come again; 0: at any time */
};

/* How long to leave a server alone that asks for so many seconds. It may ask for any number; whoever waits has
 * an end of his own, so it is at most RETRY_AFTER_MAX_MS. */
int stream_pause_ms(int64_t seconds);

/* GET it, which is borrowed as long as the stream is open. The answer may take any time, but the whole not longer than `total_ms` (-1: any). */
MUST_CHECK int stream_open(struct kube_stream *stream, struct kube *kube,
	const struct kube_path *path, const struct kube_parameter *parameters, int total_ms,
	struct err *err);
void stream_close(struct kube_stream *stream);

/*
 * What there is now, without waiting. The API server's refusals are failures here: STREAM_FAILED
 * comes with `why` set, and stream->status says whether an answer was the reason; a token that is not
 * taken any more is like a cut, as opening the stream again gets another. Bytes are taken by
 * http_stream_data() and http_stream_consume() of stream->http.
 */
MUST_CHECK enum http_stream_state stream_poll(
	struct kube_stream *stream, struct kube *kube, struct err *why);

#endif
