/* SPDX-License-Identifier: Apache-2.0 */
/* follow: one Build until it is over, with its log. */
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "build/failure.h"
#include "build/follow.h"
#include "build/phases.h"
#include "build/wait.h"
#include "kube/live.h"

struct follow {
	const struct service *service;
	const char *name;
	struct live live;
	struct phases *phases;
	int64_t idle_ms;  /* since when no phase of the pod has begun */
	int64_t ended_ms; /* when the build was seen to be over; 0: not yet */
	char *said;       /* last on the log about a build without a pod */
};

static void follow_release(struct follow *follow)
{
	phases_free(follow->phases);
	live_release(&follow->live);
	free(follow->said);
}

static bool succeeded_is(const struct follow *follow, const char *status)
{
	return strcmp(object_condition(follow->live.object, "Succeeded").status, status) == 0;
}

static void note_end(struct follow *follow)
{
	if (!follow->ended_ms && !succeeded_is(follow, "Unknown"))
		follow->ended_ms = clock_monotonic_ms();
}

/* Once the Build is over it says nothing new, and kpack may prune it at any time. */
static int take_events(struct follow *follow, struct err *err)
{
	int news = 1;

	while (!follow->ended_ms && (news = live_next(&follow->live, err)) > 0)
		note_end(follow);
	return news < 0 ? err_wrap(err, "build '%s'", follow->name) : 0;
}

/* A build that has no pod says why itself, if at all. */
static void say_without_pod(struct follow *follow)
{
	struct condition succeeded = object_condition(follow->live.object, "Succeeded");

	if (follow->ended_ms || phases_pod(follow->phases)->object || !*succeeded.message ||
		(follow->said && strcmp(follow->said, succeeded.message) == 0))
		return;
	log_info("waiting: %s", succeeded.message);
	free(follow->said);
	follow->said = mem_copy_string(succeeded.message);
}

/* The build is over, and so is its log, or no more of it comes. */
static int is_over(struct follow *follow, struct err *err)
{
	int64_t last = phases_news_ms(follow->phases);

	if (!follow->ended_ms)
		return 0;
	if (phases_catch_up(follow->phases, err) < 0)
		return -1;
	if (phases_over(follow->phases))
		return 1;
	last = last > follow->ended_ms ? last : follow->ended_ms;
	if (clock_monotonic_ms() - last < DRAIN_MAX_MS)
		return 0;
	log_warning("the rest of the log did not come");
	return 1;
}

/* The last that was heard of it, the build or its pod. */
static int64_t last_news(const struct follow *follow)
{
	int64_t news = phases_news_ms(follow->phases);

	return news > follow->live.news_ms ? news : follow->live.news_ms;
}

static int check_limits(struct follow *follow, const struct patience *patience, struct err *err)
{
	int64_t now = clock_monotonic_ms();
	const char *obstacle = phases_obstacle(follow->phases);
	const char *end = patience_end(patience, last_news(follow));

	if (end)
		return err_set(err, ERR_NETWORK, "%s: build '%s' is not over yet%s%s", end,
			follow->name, obstacle ? ", its pod waited: " : "",
			obstacle ? obstacle : "");
	if (follow->ended_ms || phases_have_begun(follow->phases))
		follow->idle_ms = now;
	if (now - follow->idle_ms < PENDING_MAX_MS)
		return 0;
	return err_set(err, ERR_NETWORK, "build '%s' has not begun after %d s: %s", follow->name,
		PENDING_MAX_MS / 1000, obstacle ? obstacle : "its pod does not start");
}

static int next_wait(const struct follow *follow, int64_t end_ms)
{
	int wait = phases_wait_ms(follow->phases);

	if (!follow->ended_ms)
		wait = wait_sooner(wait, live_wait_ms(&follow->live));
	return wait_until(wait, end_ms);
}

static int until_over(struct follow *follow, const struct patience *patience, struct err *err)
{
	struct http *http = kube_http(follow->service->kube);

	for (;;) {
		int over;

		if (take_events(follow, err) < 0 || phases_step(follow->phases, err) < 0)
			return -1;
		over = is_over(follow, err);
		if (over != 0)
			return over < 0 ? -1 : 0;
		say_without_pod(follow);
		if (check_limits(follow, patience, err) < 0 ||
			http_wait(http, next_wait(follow, patience->end_ms), err) < 0)
			return -1;
	}
}

int follow_build(const struct service *service, const char *name, bool stamps,
	const struct patience *patience, json_t **build, struct err *err)
{
	struct kube_path path = service_path(service, service->api, "builds", name);
	AUTO(follow_release)
	struct follow follow = {
		.service = service,
		.name = name,
	};

	live_open(&follow.live, service->kube, &path, NULL);
	if (wait_for_first(&follow.live, patience, err) < 0)
		return err_wrap(err, "build '%s'", name);
	log_info("build '%s', reason %s", name,
		object_annotation(follow.live.object, ANNOTATION_REASON));
	follow.idle_ms = clock_monotonic_ms();
	note_end(&follow);
	follow.phases = phases_new(service, name, stamps);
	if (until_over(&follow, patience, err) < 0)
		return -1;
	if (!succeeded_is(&follow, "True"))
		return failure_error(follow.live.object, phases_pod(follow.phases), err);
	*build = json_incref(follow.live.object);
	return 0;
}
