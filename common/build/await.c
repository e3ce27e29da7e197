/* SPDX-License-Identifier: Apache-2.0 */
/* await: from a changed Image to the build that the change causes, or to none. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "build/await.h"
#include "build/build.h"
#include "build/wait.h"
#include "kube/live.h"

struct awaiting {
	const struct service *service;
	struct image *image;
	struct wish wish;
	struct live live;
	enum verdict verdict;
	int64_t since_ms;  /* of this verdict */
	char *said;        /* last on the log */
	bool busy;         /* another build was said to be in progress */
	int64_t looked_ms; /* when our own build was last looked for */
};

static void awaiting_release(struct awaiting *awaiting)
{
	live_release(&awaiting->live);
	free(awaiting->said);
}

PRINTF(2, 3) static void say(struct awaiting *awaiting, const char *format, ...)
{
	char text[LIMIT_LOG_LINE];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (awaiting->said && strcmp(awaiting->said, text) == 0)
		return;
	log_info("%s", text);
	free(awaiting->said);
	awaiting->said = mem_copy_string(text);
}

/* Another build runs, says the Image; but it may be ours, which the status has not noted yet: 1 where that is
 * known, 0 where the server is away. For how long it may be is for the watch of the Image to say. */
static int find_own_build(const struct awaiting *awaiting, char **build, struct err *err)
{
	struct builds_range range = { .generation = awaiting->wish.generation };
	uint64_t after = awaiting->wish.after;
	auto_builds struct builds builds = { 0 };

	if (after)
		range = (struct builds_range){ .first = after + 1, .last = after + BUILDS_AHEAD };
	if (builds_list(&builds, awaiting->service, awaiting->image, &range, err) < 0) {
		if (err->kind != ERR_NETWORK)
			return -1;
		*err = (struct err){ 0 };
		return 0;
	}
	if (builds.count)
		*build = mem_copy_string(builds.items[builds.count - 1].name);
	return 1;
}

/* That is looked for when the Image has changed, and now and then. */
static bool is_due(struct awaiting *awaiting)
{
	int64_t now = clock_monotonic_ms();
	int64_t looked = awaiting->looked_ms;

	if (looked > awaiting->live.news_ms && now - looked < OWN_BUILD_MS)
		return false;
	awaiting->looked_ms = now;
	return true;
}

static int refuse_superseded(const struct awaiting *awaiting, struct err *err)
{
	const struct edit *edit = awaiting->wish.edit;
	const char *revision = awaiting->image->git_revision;

	if (edit->revision && strcmp(edit->revision, revision) != 0)
		return err_set(err, ERR_REMOTE, "%s was superseded by '%s' before it was built",
			edit->what, revision);
	return err_set(
		err, ERR_REMOTE, "%s was undone by somebody else before it was built", edit->what);
}

static int refuse_failed(const struct awaiting *awaiting, struct err *err)
{
	const struct image *image = awaiting->image;

	return err_set(err, ERR_REMOTE,
		"no build is made of %s, because build '%s' of the same failed (params.retry_failed builds it again): %s",
		awaiting->wish.edit->what, image->latest_build, image->ready.message);
}

/* A verdict that should pass soon has lasted for too long. */
static int give_up(const struct awaiting *awaiting, struct err *err)
{
	const struct condition *ready = &awaiting->image->ready;

	if (awaiting->verdict == VERDICT_UNREADY)
		return err_set(err, ERR_REMOTE, "the image is not ready to build: %s: %s",
			ready->reason, ready->message);
	if (awaiting->verdict == VERDICT_UNSEEN)
		return err_set(err, ERR_REMOTE,
			"the build service has not looked at the change for %d s: is its controller running?",
			CONTROLLER_MAX_MS / 1000);
	return err_set(err, ERR_REMOTE, "the source is not resolved after %d s: %s",
		CONTROLLER_MAX_MS / 1000, ready->message);
}

static bool too_long(const struct awaiting *awaiting)
{
	int64_t lasted = clock_monotonic_ms() - awaiting->since_ms;

	if (awaiting->verdict == VERDICT_UNREADY)
		return lasted >= BUILDER_MAX_MS;
	return lasted >= CONTROLLER_MAX_MS &&
		(awaiting->verdict == VERDICT_UNSEEN || awaiting->verdict == VERDICT_RESOLVING);
}

/* Only at its beginning does the Image name the build that runs for sure: the reference may be of the
 * one before, and the message changes with the pod's state. */
static void say_busy(struct awaiting *awaiting)
{
	struct span message = span_of(awaiting->image->ready.message);
	struct span name = span_of(awaiting->image->latest_build);
	bool named = span_take(&message, "Build '") && span_take_until(&message, "'", &name);

	if (!*awaiting->image->ready.reason)
		say(awaiting, "waiting: the build service has not begun with it");
	else if (named || !awaiting->busy)
		say(awaiting, "waiting: build '%.*s' of another change is in progress",
			SPAN_FORMAT(name));
	awaiting->busy = true;
}

/* Act on the state of the Image: 1 when it is decided, 0 to wait on. */
static int decide(struct awaiting *awaiting, char **build, struct err *err)
{
	const struct image *image = awaiting->image;
	enum verdict verdict = await_verdict(image, &awaiting->wish);
	int looked;

	if (verdict != awaiting->verdict) {
		awaiting->verdict = verdict;
		awaiting->since_ms = clock_monotonic_ms();
	}
	switch (verdict) {
	case VERDICT_BUILD:
		*build = mem_copy_string(image->latest_build);
		return 1;
	case VERDICT_NO_BUILD:
		return 1;
	case VERDICT_FAILED:
		return awaiting->wish.retry ? 1 : refuse_failed(awaiting, err);
	case VERDICT_SUPERSEDED:
		looked = find_own_build(awaiting, build, err);
		if (looked <= 0)
			return looked;
		return *build ? 1 : refuse_superseded(awaiting, err);
	case VERDICT_MOVED:
		say(awaiting, "the image was changed by somebody else; %s still stands",
			awaiting->wish.edit->what);
		awaiting->wish.generation = image->generation;
		awaiting->wish.unchanged = false;
		return decide(awaiting, build, err);
	case VERDICT_BUSY:
		if (is_due(awaiting) && find_own_build(awaiting, build, err) < 0)
			return -1;
		if (*build)
			return 1;
		say_busy(awaiting);
		return 0;
	case VERDICT_UNREADY:
		say(awaiting, "waiting: %s: %s", image->ready.reason, image->ready.message);
		return 0;
	case VERDICT_RESOLVING:
		if (*image->ready.message)
			log_debug("waiting: %s", image->ready.message);
		return 0;
	case VERDICT_UNSEEN:
		return 0;
	}
	return 0;
}

/* Take in what has become of the Image; the newest state is all that counts. */
static int take_events(struct awaiting *awaiting, struct err *err)
{
	int news;

	while ((news = live_next(&awaiting->live, err)) > 0)
		image_set(awaiting->image, json_incref(awaiting->live.object));
	return news < 0 ? err_wrap(err, "image '%s'", awaiting->service->image) : 0;
}

static int wait_until_decided(
	struct awaiting *awaiting, const struct patience *patience, char **build, struct err *err)
{
	struct http *http = kube_http(awaiting->service->kube);

	for (;;) {
		int decided = decide(awaiting, build, err);
		const char *end = patience_end(patience, awaiting->live.news_ms);

		if (decided != 0)
			return decided < 0 ? -1 : awaiting->verdict == VERDICT_FAILED;
		if (too_long(awaiting))
			return give_up(awaiting, err);
		if (end)
			return err_set(err, ERR_NETWORK,
				"%s: no build of %s has begun, the image says: %s", end,
				awaiting->wish.edit->what, awaiting->image->ready.message);
		if (http_wait(http, wait_until(live_wait_ms(&awaiting->live), patience->end_ms),
			    err) < 0 ||
			take_events(awaiting, err) < 0)
			return -1;
	}
}

int await_build(const struct service *service, struct image *image, const struct wish *wish,
	const struct patience *patience, char **build, struct err *err)
{
	struct kube_path path = service_path(service, service->api, "images", service->image);
	AUTO(awaiting_release)
	struct awaiting awaiting = {
		.service = service,
		.image = image,
		.wish = *wish,
		.verdict = VERDICT_UNSEEN,
		.since_ms = clock_monotonic_ms(),
	};
	auto_free char *found = NULL;
	int status;

	live_open(&awaiting.live, service->kube, &path, image->object);
	status = wait_until_decided(&awaiting, patience, &found, err);
	if (status >= 0)
		*build = TAKE(found);
	return status;
}
