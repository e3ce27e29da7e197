/* SPDX-License-Identifier: Apache-2.0 */
/* watch: the changes of some objects as they happen. */
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "kube/events.h"
#include "kube/object.h"
#include "kube/status.h"
#include "kube/stream.h"
#include "kube/watch.h"

struct watch {
	struct kube *kube;
	const struct kube_path *path;
	const struct kube_selector *selector;
	char *resource_version; /* NULL: tell of all that is there */
	struct kube_stream stream;
	struct events events;
	bool polling;      /* watching is not allowed: the owner reads every few seconds */
	bool ask_owner;    /* WATCH_AGAIN is due at due_ms, or was given and not yet answered */
	int failures;      /* since something came */
	int64_t due_ms;    /* when to connect, or to ask the owner */
	int64_t alive_ms;  /* when the server last answered */
	int64_t opened_ms; /* when the stream was opened */
	int64_t errors_ms; /* since when it answers by ERROR events alone; 0: it does not */
	struct err why;    /* the last failure */
};

struct watch *watch_new(struct kube *kube, const struct kube_path *path,
	const struct kube_selector *selector, const char *resource_version)
{
	struct watch *watch = mem_alloc(sizeof(*watch));

	*watch = (struct watch){
		.kube = kube,
		.path = path,
		.selector = selector,
		.resource_version = mem_copy_string(resource_version),
		.events = EVENTS_INIT,
		.alive_ms = clock_monotonic_ms(),
	};
	return watch;
}

void watch_free(struct watch *watch)
{
	if (!watch)
		return;
	stream_close(&watch->stream);
	events_release(&watch->events);
	free(watch->resource_version);
	free(watch);
}

void watch_free_pointer(struct watch **watch)
{
	watch_free(*watch);
}

static void disconnect(struct watch *watch, int64_t wait_ms)
{
	stream_close(&watch->stream);
	events_release(&watch->events);
	watch->due_ms = clock_monotonic_ms() + wait_ms;
}

static void alive(struct watch *watch)
{
	watch->failures = 0;
	watch->alive_ms = clock_monotonic_ms();
	watch->errors_ms = 0;
}

/* The first try again is at once, as most cuts are of the connection alone. */
static int64_t backoff_ms(int failures)
{
	int64_t wait = failures < 2 ? 0
				    : (int64_t)WATCH_RETRY_MS << (failures > 7 ? 5 : failures - 2);

	return wait < WATCH_RETRY_MAX_MS ? wait : WATCH_RETRY_MAX_MS;
}

/* Connect again later, at the soonest after `pause_ms`, unless the server has been away, or has told of
 * nothing but errors, for too long. */
static int broken_for(struct watch *watch, int64_t pause_ms, struct err *err)
{
	int64_t since = watch->errors_ms ? watch->errors_ms : watch->alive_ms;
	int64_t wait;

	watch->failures++;
	if (watch->failures == WATCH_FAILURES_TOLD)
		log_warning(
			"watch of %s: %s; trying again", watch->path->plural, watch->why.message);
	else
		log_debug("watch of %s: %s", watch->path->plural, watch->why.message);
	wait = backoff_ms(watch->failures);
	disconnect(watch, wait > pause_ms ? wait : pause_ms);
	if (clock_monotonic_ms() - since < WATCH_AWAY_MAX_MS)
		return WATCH_NOTHING;
	*err = watch->why;
	return err_wrap(err, "watch of %s", watch->path->plural);
}

static int broken(struct watch *watch, struct err *err)
{
	return broken_for(watch, watch->stream.pause_ms, err);
}

static int ask_owner(struct watch *watch, int64_t wait_ms)
{
	disconnect(watch, wait_ms);
	watch->ask_owner = true;
	return WATCH_NOTHING;
}

void watch_after_reading(struct watch *watch)
{
	(void)ask_owner(watch, 0);
}

/* The version is too old: at once, but not again and again, where those that are read are so, too. */
static int expired(struct watch *watch)
{
	watch->failures++;
	watch->alive_ms = clock_monotonic_ms();
	return ask_owner(watch, backoff_ms(watch->failures));
}

/* The stream failed, or the server said no. */
static int failed(struct watch *watch, struct err *err)
{
	switch (watch->stream.status) {
	case 410:
		return expired(watch);
	case 403:
		log_debug("watch of %s: reading every %d ms instead, because %s",
			watch->path->plural, WATCH_POLL_MS, watch->why.message);
		alive(watch);
		watch->polling = true;
		return ask_owner(watch, 0);
	case 400:
	case 401:
	case 404:
		*err = watch->why;
		return err_wrap(err, "watch of %s", watch->path->plural);
	default:
		return broken(watch, err);
	}
}

static void remember(struct watch *watch, json_t *object)
{
	const char *version = object_text(object, "metadata.resourceVersion");

	if (!*version)
		return;
	free(watch->resource_version);
	watch->resource_version = mem_copy_string(version);
}

/* An ERROR event; its object is a Status. */
static int error_event(struct watch *watch, json_t *status, struct err *err)
{
	int64_t after = object_number(status, "details.retryAfterSeconds");

	(void)status_object_error(status, &watch->why);
	if (watch->why.kind == ERR_EXPIRED)
		return expired(watch);
	if (!watch->errors_ms)
		watch->errors_ms = clock_monotonic_ms();
	return broken_for(watch, stream_pause_ms(after), err);
}

static int take_event(struct watch *watch, json_t *event, json_t **object, struct err *err)
{
	const char *type = object_text(event, "type");
	json_t *of = json_object_get(event, "object");
	bool deleted = strcmp(type, "DELETED") == 0;

	if (strcmp(type, "ERROR") == 0)
		return error_event(watch, of, err);
	alive(watch);
	remember(watch, of);
	if (!deleted && strcmp(type, "ADDED") != 0 && strcmp(type, "MODIFIED") != 0)
		return WATCH_NOTHING; /* a BOOKMARK, or what a later API may tell */
	*object = json_incref(of);
	return deleted ? WATCH_DELETED : WATCH_CHANGED;
}

/* Hand out one event of those that are there. */
static int next_event(struct watch *watch, json_t **object, struct err *err)
{
	for (;;) {
		json_auto_t *event = NULL;
		int status = events_take(&watch->events, &event, &watch->why);

		if (status < 0)
			return broken(watch, err);
		if (status == 0)
			return WATCH_NOTHING;
		status = take_event(watch, event, object, err);
		if (status != WATCH_NOTHING || !watch->stream.http)
			return status;
	}
}

static int connect_now(struct watch *watch, struct err *err)
{
	const struct kube_parameter parameters[] = {
		{ "watch", "1" },
		{ "allowWatchBookmarks", "true" },
		{ "timeoutSeconds", WATCH_TIMEOUT_S },
		{ "labelSelector", watch->selector->labels },
		{ "fieldSelector", watch->selector->fields },
		{ "resourceVersion", watch->resource_version },
		{ NULL, NULL },
	};

	watch->opened_ms = clock_monotonic_ms();
	return stream_open(
		&watch->stream, watch->kube, watch->path, parameters, WATCH_TOTAL_MS, err);
}

/* The server closes a watch when its time is over. One that ends at once and says nothing is a
 * failure like others, or we would connect without a pause. */
static int ended(struct watch *watch, struct err *err)
{
	bool lasted = clock_monotonic_ms() - watch->opened_ms >= WATCH_GOOD_MS;

	if (span_trim(buf_span(&watch->events.bytes)).length) {
		(void)err_set(&watch->why, ERR_NETWORK, "it ended in the middle of an event");
		return broken(watch, err);
	}
	if (lasted) {
		alive(watch);
		disconnect(watch, 0);
		return WATCH_NOTHING;
	}
	(void)err_set(&watch->why, ERR_NETWORK, "it ended");
	return broken(watch, err);
}

/* Take in what the stream has; true where there may be an event. */
static bool feed(struct watch *watch, enum http_stream_state state)
{
	struct span data = http_stream_data(watch->stream.http);
	int status;

	if (state == STREAM_STARTED)
		watch->alive_ms = clock_monotonic_ms();
	if (state != STREAM_DATA)
		return false;
	status = events_feed(&watch->events, data, &watch->why);
	http_stream_consume(watch->stream.http, data.length);
	return status == 0;
}

static int next_of_stream(struct watch *watch, json_t **object, struct err *err)
{
	for (;;) {
		int event = next_event(watch, object, err);
		enum http_stream_state state;

		if (event != WATCH_NOTHING || !watch->stream.http)
			return event;
		state = stream_poll(&watch->stream, watch->kube, &watch->why);
		if (state == STREAM_FAILED)
			return failed(watch, err);
		if (state == STREAM_ENDED)
			return ended(watch, err);
		if (!feed(watch, state))
			return state == STREAM_DATA ? broken(watch, err) : WATCH_NOTHING;
	}
}

int watch_next(struct watch *watch, json_t **object, struct err *err)
{
	if (!watch->stream.http) {
		if (clock_monotonic_ms() < watch->due_ms)
			return WATCH_NOTHING;
		if (watch->ask_owner)
			return WATCH_AGAIN;
		if (connect_now(watch, err) < 0)
			return -1;
	}
	return next_of_stream(watch, object, err);
}

void watch_from(struct watch *watch, const char *resource_version)
{
	free(watch->resource_version);
	watch->resource_version = mem_copy_string(resource_version);
	watch->ask_owner = false;
	if (!watch->polling)
		return;
	alive(watch);
	(void)ask_owner(watch, WATCH_POLL_MS);
}

int watch_unread(struct watch *watch, struct err *err)
{
	if (err->kind != ERR_NETWORK)
		return -1;
	watch->why = *err;
	*err = (struct err){ 0 };
	return broken(watch, err) < 0 ? -1 : 0;
}

int watch_wait_ms(const struct watch *watch)
{
	int64_t left = watch->due_ms - clock_monotonic_ms();

	if (watch->stream.http)
		return -1;
	return left > 0 ? (int)left : 0;
}
