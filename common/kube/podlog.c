/* SPDX-License-Identifier: Apache-2.0 */
/* podlog: the log of one container, as it is written. */
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "kube/podlog.h"
#include "kube/stamps.h"
#include "kube/stream.h"

struct podlog {
	struct kube *kube;
	struct kube_path path;
	char *namespace;
	char *pod;
	char *container;
	podlog_show *show;
	void *context;
	struct kube_stream stream;
	struct stamps stamps;
	struct buf partial; /* the beginning of a line, with its stamp */
	struct buf lines;   /* what is shown at once */
	bool ended;         /* the container has */
	bool final;         /* it had when this stream began */
	int failures;       /* since a new line came */
	int64_t due_ms;     /* when to open a stream */
	int64_t busy_ms;    /* until when the server does not want to be asked */
	int64_t news_ms;    /* when something last came, or the container ended */
};

struct podlog *podlog_new(struct kube *kube, const struct kube_path *pod, const char *container,
	bool stamps, podlog_show *show, void *context)
{
	struct podlog *log = mem_alloc(sizeof(*log));

	*log = (struct podlog){
		.kube = kube,
		.path = *pod,
		.namespace = mem_copy_string(pod->namespace),
		.pod = mem_copy_string(pod->name),
		.container = mem_copy_string(container),
		.show = show,
		.context = context,
		.stamps.keep = stamps,
		.partial = BUF(LIMIT_PODLOG_LINE + LIMIT_PODLOG_PIECE),
		.lines = BUF(LIMIT_PODLOG_LINE + LIMIT_PODLOG_PIECE),
	};
	log->path.namespace = log->namespace;
	log->path.name = log->pod;
	log->path.subresource = "log";
	return log;
}

void podlog_free(struct podlog *log)
{
	if (!log)
		return;
	stream_close(&log->stream);
	buf_release(&log->partial);
	buf_release(&log->lines);
	free(log->namespace);
	free(log->pod);
	free(log->container);
	free(log);
}

void podlog_container_ended(struct podlog *log)
{
	if (log->ended)
		return;
	log->ended = true;
	log->due_ms = log->busy_ms;
	log->news_ms = clock_monotonic_ms();
}

static int open_stream(struct podlog *log, struct err *why)
{
	char since[CLOCK_RFC3339_SIZE];
	bool resumed = stamps_resume(&log->stamps, since);
	const struct kube_parameter parameters[] = {
		{ "container", log->container },
		{ "follow", "true" },
		{ "timestamps", "true" },
		{ "sinceTime", resumed ? since : NULL },
		{ NULL, NULL },
	};

	/* the beginning of a line comes again, as only whole ones are counted */
	buf_clear(&log->partial);
	log->final = log->ended;
	log->news_ms = clock_monotonic_ms();
	return stream_open(&log->stream, log->kube, &log->path, parameters, -1, why);
}

static void pause(struct podlog *log, int64_t wait_ms)
{
	stream_close(&log->stream);
	log->due_ms = clock_monotonic_ms() + wait_ms;
}

/* Show the whole lines of partial and `data`; what is too long for a line is shown in pieces. */
static void feed(struct podlog *log, struct span data, bool last)
{
	struct buf *lines = &log->lines;
	bool joined = log->partial.length > 0;
	struct span text = data;

	buf_clear(lines);
	/* neither can be full: partial is at most a line, and a piece comes at a time */
	if (joined && buf_add_span(&log->partial, data) == 0)
		text = buf_span(&log->partial);
	if (stamps_take(&log->stamps, &text, last, lines) == 0 && text.length > LIMIT_PODLOG_LINE &&
		!lines->length && stamps_take(&log->stamps, &text, true, lines) < 0)
		text.length = 0;
	if (lines->length) {
		log->show(log->context, buf_span(lines));
		log->failures = 0;
	}
	if (joined)
		buf_consume(&log->partial, log->partial.length - text.length);
	else if (buf_add_span(&log->partial, text) < 0)
		buf_clear(&log->partial);
}

static void take(struct podlog *log)
{
	struct span data = http_stream_data(log->stream.http);

	if (data.length > LIMIT_PODLOG_PIECE)
		data.length = LIMIT_PODLOG_PIECE;
	feed(log, data, false);
	http_stream_consume(log->stream.http, data.length);
	log->news_ms = clock_monotonic_ms();
}

/*
 * The end of a stream is the end of the log only where the container had ended before the stream
 * began: what closes a silent connection closes it in good order as well, and may have done so long
 * before we come to see that and the container's end together.
 */
static enum podlog_state stream_ended(struct podlog *log)
{
	if (!log->final) {
		pause(log, log->ended ? 0 : PODLOG_AGAIN_MS);
		return PODLOG_OPEN;
	}
	feed(log, span_of(""), true);
	stream_close(&log->stream);
	return PODLOG_COMPLETE;
}

static enum podlog_state stream_failed(struct podlog *log, const struct err *why)
{
	int status = log->stream.status;

	log_debug("log of %s: %s", log->container, why->message);
	if (status == 401 || status == 403 || status == 404)
		return PODLOG_INCOMPLETE;
	/* 400: "is waiting to start", while the pod's status says that it runs */
	if (status != 400 || log->ended)
		log->failures++;
	if (log->ended && log->failures > PODLOG_RETRY_MAX)
		return PODLOG_INCOMPLETE;
	log->busy_ms = clock_monotonic_ms() + log->stream.pause_ms;
	pause(log, (int64_t)PODLOG_RETRY_MS << (log->failures < 4 ? log->failures : 4));
	if (log->due_ms < log->busy_ms)
		log->due_ms = log->busy_ms;
	return PODLOG_OPEN;
}

/* The server ends the stream of a container that has ended; a connection that died does not. */
static bool is_dead(const struct podlog *log)
{
	return log->ended && clock_monotonic_ms() - log->news_ms >= PODLOG_DEAD_MS;
}

enum podlog_state podlog_step(struct podlog *log, struct err *why)
{
	if (!log->stream.http) {
		if (clock_monotonic_ms() < log->due_ms)
			return PODLOG_OPEN;
		if (open_stream(log, why) < 0)
			return PODLOG_INCOMPLETE;
	}
	for (;;) {
		switch (stream_poll(&log->stream, log->kube, why)) {
		case STREAM_DATA:
			take(log);
			break;
		case STREAM_ENDED:
			return stream_ended(log);
		case STREAM_FAILED:
			return stream_failed(log, why);
		case STREAM_WAITING:
		case STREAM_STARTED:
			if (!is_dead(log))
				return PODLOG_OPEN;
			(void)err_set(why, ERR_NETWORK, "nothing comes any more");
			return stream_failed(log, why);
		}
	}
}

int podlog_wait_ms(const struct podlog *log)
{
	int64_t at = log->stream.http ? log->news_ms + PODLOG_DEAD_MS : log->due_ms;
	int64_t left = at - clock_monotonic_ms();

	if (log->stream.http && !log->ended)
		return -1;
	return left > 0 ? (int)left : 0;
}
