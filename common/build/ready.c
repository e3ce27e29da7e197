/* SPDX-License-Identifier: Apache-2.0 */
/* ready: wait until the build service has taken in a change of one of its objects. */
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "build/ready.h"
#include "kube/live.h"
#include "kube/object.h"

enum readiness { READY, NOT_SEEN, NOT_READY };

struct readying {
	struct live live;
	enum readiness readiness;
	int64_t since_ms; /* of this readiness */
};

static void readying_release(struct readying *readying)
{
	live_release(&readying->live);
}

/* A builder that was good stays Ready while it cannot be made anew, and is then not UpToDate. */
static struct condition why_not(json_t *object)
{
	struct condition fresh = object_condition(object, "UpToDate");

	return strcmp(fresh.status, "False") == 0 ? fresh : object_condition(object, "Ready");
}

static enum readiness readiness_of(json_t *object)
{
	struct condition condition = why_not(object);

	if (object_number(object, "status.observedGeneration") <
			object_number(object, "metadata.generation") ||
		strcmp(condition.status, "Unknown") == 0)
		return NOT_SEEN;
	return strcmp(condition.status, "True") == 0 ? READY : NOT_READY;
}

/* 1 when it is ready, 0 to wait on. */
static int decide(struct readying *readying, struct err *err)
{
	enum readiness readiness = readiness_of(readying->live.object);
	struct condition condition = why_not(readying->live.object);
	int64_t now = clock_monotonic_ms();

	if (readiness != readying->readiness) {
		readying->readiness = readiness;
		readying->since_ms = now;
		if (readiness == NOT_READY)
			log_info("waiting: %s", condition.message);
	}
	if (readiness == READY)
		return 1;
	if (readiness == NOT_READY && now - readying->since_ms >= BUILDER_MAX_MS)
		return err_set(err, ERR_REMOTE, "is not ready: %s", condition.message);
	if (readiness == NOT_SEEN && now - readying->since_ms >= CONTROLLER_MAX_MS)
		return err_set(err, ERR_REMOTE,
			"the build service has not looked at the change for %d s: is its controller running?",
			CONTROLLER_MAX_MS / 1000);
	return 0;
}

static int take_events(struct live *live, struct err *err)
{
	int news;

	do
		news = live_next(live, err);
	while (news > 0);
	return news;
}

static int wait_on(struct readying *readying, const struct patience *patience, struct err *err)
{
	struct live *live = &readying->live;

	for (;;) {
		int decided = decide(readying, err);
		const char *end = patience_end(patience, live->news_ms);

		if (decided != 0)
			return decided < 0 ? -1 : 0;
		if (end)
			return err_set(err, ERR_NETWORK, "%s: it is not ready yet: %s", end,
				why_not(live->object).message);
		if (http_wait(kube_http(live->kube),
			    wait_until(live_wait_ms(live), patience->end_ms), err) < 0 ||
			take_events(live, err) < 0)
			return -1;
	}
}

int ready_wait(struct kube *kube, const struct kube_path *path, json_t *object,
	const struct patience *patience, struct err *err)
{
	AUTO(readying_release)
	struct readying readying = {
		.readiness = NOT_SEEN,
		.since_ms = clock_monotonic_ms(),
	};

	live_open(&readying.live, kube, path, object);
	return wait_on(&readying, patience, err);
}
