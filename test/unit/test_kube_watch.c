/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watch: how long a server that does not tell what is asked is tried again, and when it is given up.
 *
 * The hour that this takes is passed by a clock of the test's, and the server is a few letters. Both take
 * the place of the real ones by the linker's --wrap, which the Makefile asks for.
 */
#include "unit.h"

#include "base/limits.h"
#include "kube/stream.h"
#include "kube/watch.h"

#define MINUTE_MS (60 * 1000)
#define HOUR_MS (60 * MINUTE_MS)

/* The wrapped functions. */
int64_t __wrap_clock_monotonic_ms(void);
PRINTF(1, 2) void __wrap_log_warning(const char *format, ...);
int __wrap_stream_open(struct kube_stream *stream, struct kube *kube, const struct kube_path *path,
	const struct kube_parameter *parameters, int total_ms, struct err *err);
void __wrap_stream_close(struct kube_stream *stream);
enum http_stream_state __wrap_stream_poll(
	struct kube_stream *stream, struct kube *kube, struct err *why);
struct span __wrap_http_stream_data(const struct http_stream *stream);
void __wrap_http_stream_consume(struct http_stream *stream, size_t count);

static int64_t now_ms;
static int warnings;

/* What it does on each connection, a word each, over and over:
 *	e an ERROR event	m a change	. the end in good order
 *	x the connection breaks	5 it answers 503	_ nothing, for ten minutes
 *	3 it answers 403
 *	E an ERROR event, and 9 a 429, that ask for fifteen seconds; H an ERROR event, for an hour
 */
static struct {
	const char *words;
	const char *next; /* of the connection that is open */
	bool begun;
	int connections;
	char place; /* stands for the open stream */
} server;

int64_t __wrap_clock_monotonic_ms(void)
{
	return now_ms;
}

void __wrap_log_warning(const char *format, ...)
{
	(void)format;
	warnings++;
}

int __wrap_stream_open(struct kube_stream *stream, struct kube *kube, const struct kube_path *path,
	const struct kube_parameter *parameters, int total_ms, struct err *err)
{
	(void)kube;
	(void)path;
	(void)parameters;
	(void)total_ms;
	(void)err;
	if (!server.next || !*server.next)
		server.next = server.words;
	stream->http = (void *)&server.place;
	server.begun = false;
	server.connections++;
	now_ms += 20;
	return 0;
}

void __wrap_stream_close(struct kube_stream *stream)
{
	if (stream->http) {
		server.next += strcspn(server.next, " ");
		server.next += strspn(server.next, " ");
	}
	*stream = (struct kube_stream){ 0 };
}

enum http_stream_state __wrap_stream_poll(
	struct kube_stream *stream, struct kube *kube, struct err *why)
{
	(void)kube;
	if (*server.next == 'x') {
		(void)err_set(why, ERR_NETWORK, "connection refused");
		return STREAM_FAILED;
	}
	if (*server.next == '5' || *server.next == '9') {
		stream->status = *server.next == '5' ? 503 : 429;
		stream->pause_ms = *server.next == '5' ? 0 : 15 * 1000;
		(void)err_set(why, ERR_NETWORK, "busy (503)");
		return STREAM_FAILED;
	}
	if (*server.next == '3') {
		stream->status = 403;
		(void)err_set(why, ERR_AUTH, "no watch for you (403)");
		return STREAM_FAILED;
	}
	if (!server.begun) {
		stream->status = 200;
		server.begun = true;
		return STREAM_STARTED;
	}
	if (*server.next == '_') {
		now_ms += 10 * MINUTE_MS;
		server.next++;
	}
	return *server.next == '.' ? STREAM_ENDED : STREAM_DATA;
}

#define ERROR_EVENT(details) \
	"{\"type\":\"ERROR\",\"object\":{\"code\":500,\"message\":\"etcd is away\"" details "}}"

struct span __wrap_http_stream_data(const struct http_stream *stream)
{
	(void)stream;
	switch (*server.next) {
	case 'e':
		return span_of(ERROR_EVENT("") "\n");
	case 'E':
		return span_of(ERROR_EVENT(",\"details\":{\"retryAfterSeconds\":15}") "\n");
	case 'H':
		return span_of(ERROR_EVENT(",\"details\":{\"retryAfterSeconds\":3600}") "\n");
	case 'F':
		return span_of(ERROR_EVENT(
			",\"details\":{\"retryAfterSeconds\":9223372036854775807}") "\n");
	default:
		return span_of("{\"type\":\"MODIFIED\",\"object\":{\"metadata\":{"
			       "\"resourceVersion\":\"7\"}}}\n");
	}
}

void __wrap_http_stream_consume(struct http_stream *stream, size_t count)
{
	(void)stream;
	(void)count;
	server.next++;
}

static const struct story {
	const char *name;
	const char *words;
	const char *message; /* at the end; NULL: it is not given up */
	int64_t pause_ms;    /* at most between two connections, once the pauses have grown */
} stories[] = {
	{ "errors and nothing else", "e", "watch of images: etcd is away (500)",
		WATCH_RETRY_MAX_MS },
	{ "errors, and ends that tell nothing", "e .", "watch of images: it ended",
		WATCH_RETRY_MAX_MS },
	{ "errors, and cuts", "e x", "watch of images: connection refused", WATCH_RETRY_MAX_MS },
	{ "no connection", "x", "watch of images: connection refused", WATCH_RETRY_MAX_MS },
	{ "no time", "5", "watch of images: busy (503)", WATCH_RETRY_MAX_MS },
	{ "no time for a while", "9", "watch of images: busy (503)", 15 * 1000 },
	{ "errors for a while", "E", "watch of images: etcd is away (500)", 15 * 1000 },
	{ "errors for an hour", "H", "watch of images: etcd is away (500)", RETRY_AFTER_MAX_MS },
	{ "errors for ever", "F", "watch of images: etcd is away (500)", RETRY_AFTER_MAX_MS },
	{ "a change now and then", "e e e e e e e e e e x x x x x me", NULL, 0 },
	{ "silence, and its good end", "_.", NULL, 0 },
};

static void is_told(void **state)
{
	static const struct kube_path path = { .plural = "images" };
	static const struct kube_selector selector = { 0 };
	const struct story *row = *state;
	auto_watch struct watch *watch = NULL;
	struct err err = { 0 };
	int status = WATCH_NOTHING;
	int least;

	server.words = row->words;
	server.next = NULL;
	server.connections = 0;
	warnings = 0;
	now_ms = 1000;
	watch = watch_new(NULL, &path, &selector, "1");
	while (status >= 0 && now_ms < HOUR_MS) {
		json_t *object = NULL;
		int wait = 0;

		status = watch_next(watch, &object, &err);
		json_decref(object);
		wait = watch_wait_ms(watch);
		now_ms += wait > 0 ? wait : 0;
	}
	if (!row->message) {
		assert_true(status >= 0);
		assert_in_range(server.connections, 6, HOUR_MS / 1000);
		return;
	}
	assert_int_equal(status, -1);
	assert_int_equal(warnings, 1);
	assert_string_equal(err.message, row->message);
	assert_in_range(now_ms, WATCH_AWAY_MAX_MS, WATCH_AWAY_MAX_MS + 2 * row->pause_ms);
	least = (int)(WATCH_AWAY_MAX_MS / row->pause_ms);
	assert_in_range(
		server.connections, least, least + (row->pause_ms > WATCH_RETRY_MAX_MS ? 1 : 20));
}

/* Read as the watch asks for it, for an hour, but for `away_ms` from the begin of each ten minutes: the last
 * status of the watch. */
static int read_instead(int64_t away_ms, struct err *err)
{
	static const struct kube_path path = { .plural = "images" };
	static const struct kube_selector selector = { 0 };
	auto_watch struct watch *watch = NULL;
	int status = WATCH_NOTHING;

	server.words = "3";
	server.next = NULL;
	now_ms = 1000;
	watch = watch_new(NULL, &path, &selector, "1");
	while (status >= 0 && now_ms < HOUR_MS) {
		json_t *object;
		int wait;

		status = watch_next(watch, &object, err);
		if (status == WATCH_AGAIN && now_ms % (10 * MINUTE_MS) >= away_ms) {
			watch_from(watch, "2");
		} else if (status == WATCH_AGAIN) {
			(void)err_set(err, ERR_NETWORK, "connection refused");
			status = watch_unread(watch, err);
		}
		wait = watch_wait_ms(watch);
		now_ms += wait > 0 ? wait : 1;
	}
	return status;
}

static void reading_survives_minutes(void **state)
{
	struct err err = { 0 };

	(void)state;
	assert_true(read_instead(4 * MINUTE_MS, &err) >= 0);
	assert_int_equal(read_instead(6 * MINUTE_MS, &err), -1);
	assert_string_equal(err.message, "watch of images: connection refused");
	assert_in_range(now_ms, WATCH_AWAY_MAX_MS, WATCH_AWAY_MAX_MS + 2 * WATCH_RETRY_MAX_MS);
}

static void what_no_time_mends_is_an_end(void **state)
{
	static const struct kube_path path = { .plural = "images" };
	static const struct kube_selector selector = { 0 };
	auto_watch struct watch *watch = watch_new(NULL, &path, &selector, "1");
	struct err err = { 0 };

	(void)state;
	(void)err_set(&err, ERR_AUTH, "no reading either (403)");
	assert_int_equal(watch_unread(watch, &err), -1);
	assert_string_equal(err.message, "no reading either (403)");
}

int main(void)
{
	UNIT_ROWS(is_told, stories);
	UNIT_TEST(reading_survives_minutes);
	UNIT_TEST(what_no_time_mends_is_an_end);
	return unit_run();
}
