/* SPDX-License-Identifier: Apache-2.0 */
/* client: the one loop that carries all streams. */
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/stop.h"
#include "net/lib.h"

/* libcurl counts in int; whoever waits for longer wakes up once in between. */
static const int64_t sleep_max_ms = 60 * 1000;

static struct secret *copy_secret(const struct secret *secret)
{
	const char *text = secret_reveal(secret);

	return text ? secret_new((struct span){ text, secret_length(secret) }) : NULL;
}

static void keep_options(struct http *http, const struct http_options *options)
{
	http->ca_field = mem_copy_string(options->ca_field);
	http->tls_server_name = mem_copy_string(options->tls_server_name);
	http->proxy = mem_copy_string(options->proxy);
	http->proxy_yields = options->proxy_yields;
	http->skip_verify = options->skip_verify;
	http->client_cert = copy_secret(options->client_cert);
	http->client_key = copy_secret(options->client_key);
	http->client_field = mem_copy_string(options->client_field);
}

static int check_options(const struct http_options *options, struct err *err)
{
	if (!options->client_cert != !options->client_key)
		return err_set(
			err, ERR_CONFIG, "a client certificate and its key are needed together");
	return 0;
}

int http_open(struct http **http, const struct http_options *options, struct err *err)
{
	auto_http struct http *new = mem_alloc(sizeof(*new));

	if (check_options(options, err) < 0)
		return -1;
	trust_begin();
	/* headers and URLs that it keeps hold credentials */
	if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, secret_memory_free,
		    secret_memory_resize, strdup, calloc) != CURLE_OK)
		return err_set(err, ERR_INTERNAL, "libcurl does not start");
	if (trust_new(&new->trust, options, err) < 0)
		return -1;
	keep_options(new, options);
	proxy_hide(options->proxy);
	new->multi = curl_multi_init();
	new->share = curl_share_init();
	if (!new->multi || !new->share ||
		curl_share_setopt(new->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION) !=
			CURLSHE_OK)
		return err_set(err, ERR_INTERNAL, "libcurl does not start");
	*http = TAKE(new);
	return 0;
}

void http_close(struct http *http)
{
	if (!http)
		return;
	while (http->streams) {
		struct http_stream *stream = http->streams;
		struct err err;

		client_drop(stream);
		curl_easy_cleanup(TAKE(stream->easy));
		http->streams = stream->next;
		stream->http = NULL;
		(void)err_set(&err, ERR_INTERNAL, "the client was closed");
		if (!stream->over)
			answer_fail(stream, &err);
	}
	(void)curl_multi_cleanup(http->multi);
	(void)curl_share_cleanup(http->share);
	trust_free(http->trust);
	secret_free(http->client_cert);
	secret_free(http->client_key);
	free(http->client_field);
	free(http->ca_field);
	free(http->tls_server_name);
	free(http->proxy);
	free(http);
}

void http_close_pointer(struct http **http)
{
	http_close(*http);
	*http = NULL;
}

void client_drop(struct http_stream *stream)
{
	if (stream->added)
		(void)curl_multi_remove_handle(stream->http->multi, stream->easy);
	stream->added = false;
}

static void finish(struct http *http)
{
	struct CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(http->multi, &left))) {
		struct http_stream *stream = NULL;
		CURLcode code = message->data.result;

		if (message->msg != CURLMSG_DONE ||
			curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &stream) !=
				CURLE_OK)
			continue;
		client_drop(stream);
		answer_done(stream, code);
	}
}

static curl_off_t moved(struct http_stream *stream)
{
	curl_off_t down = 0;
	curl_off_t up = 0;
	long headers = 0;

	(void)curl_easy_getinfo(stream->easy, CURLINFO_SIZE_DOWNLOAD_T, &down);
	(void)curl_easy_getinfo(stream->easy, CURLINFO_SIZE_UPLOAD_T, &up);
	(void)curl_easy_getinfo(stream->easy, CURLINFO_HEADER_SIZE, &headers);
	return down + up + headers;
}

/* How long the stream may stay silent from now on; INT64_MAX: for ever. */
static int64_t silence_left_ms(struct http_stream *stream, int64_t now)
{
	int limit = stream->request->stall_timeout_ms;
	curl_off_t connected = 0;
	curl_off_t count;

	if (!stream->added || limit < 0)
		return INT64_MAX;
	(void)curl_easy_getinfo(stream->easy, CURLINFO_PRETRANSFER_TIME_T, &connected);
	count = moved(stream);
	/* while it connects, another limit holds; while it is paused, the silence is ours */
	if (!connected || stream->paused || count != stream->moved) {
		stream->moved = count;
		stream->moved_ms = now;
	}
	return stream->moved_ms + (limit ? limit : STALL_TIMEOUT_MS) - now;
}

static void fail_silent(struct http_stream *stream)
{
	auto_free char *origin = url_show_origin(stream->url);
	int limit = stream->request->stall_timeout_ms;
	struct err err;

	client_drop(stream);
	(void)err_set(&err, limit ? ERR_REMOTE : ERR_NETWORK,
		"%s: nothing came for %g s in the middle of an exchange", origin,
		(limit ? limit : STALL_TIMEOUT_MS) / 1000.0);
	answer_fail(stream, &err);
}

static int64_t shortest_silence_ms(struct http *http)
{
	int64_t now = clock_monotonic_ms();
	int64_t shortest = INT64_MAX;

	for (struct http_stream *stream = http->streams; stream; stream = stream->next) {
		int64_t left = silence_left_ms(stream, now);

		if (left <= 0)
			fail_silent(stream);
		else if (left < shortest)
			shortest = left;
	}
	return shortest;
}

int client_turn(struct http *http, int64_t timeout_ms, struct err *err)
{
	struct curl_waitfd stop = { .fd = stop_fd(), .events = CURL_WAIT_POLLIN };
	int64_t silence = shortest_silence_ms(http);
	int64_t wait = timeout_ms < silence ? timeout_ms : silence;
	CURLMcode code;
	int running;

	if (stop_check(err) < 0)
		return -1;
	code = curl_multi_poll(http->multi, &stop, stop.fd < 0 ? 0 : 1,
		(int)(wait > sleep_max_ms ? sleep_max_ms : wait), NULL);
	if (stop_check(err) < 0)
		return -1;
	if (code == CURLM_OK)
		code = curl_multi_perform(http->multi, &running);
	if (code != CURLM_OK)
		return err_set(err, ERR_INTERNAL, "libcurl: %s", curl_multi_strerror(code));
	finish(http);
	(void)shortest_silence_ms(http);
	return 0;
}

static bool take_news(struct http *http)
{
	bool news = false;

	for (struct http_stream *stream = http->streams; stream; stream = stream->next) {
		news = news || stream->news;
		stream->news = false;
	}
	return news;
}

int http_wait(struct http *http, int timeout_ms, struct err *err)
{
	int64_t end = timeout_ms < 0 ? INT64_MAX : clock_monotonic_ms() + timeout_ms;
	int64_t left = 0;

	/* the first turn only looks */
	while (client_turn(http, left, err) == 0) {
		int64_t now = clock_monotonic_ms();

		if (take_news(http) || now >= end)
			return 0;
		left = end - now;
	}
	return -1;
}
