/* SPDX-License-Identifier: Apache-2.0 */
/* ready: wait until the build service has taken in a change of one of its objects. */
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "build/ready.h"
#include "kube/object.h"
#include "kube/watch.h"

enum readiness { READY, NOT_SEEN, NOT_READY };

struct readying {
	struct kube *kube;
	const struct kube_path *path;
	json_t *object;
	struct watch *watch;
	enum readiness readiness;
	int64_t since_ms; /* of this readiness */
	int64_t news_ms;
};

static void readying_release(struct readying *readying)
{
	watch_free(readying->watch);
	json_decref(readying->object);
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

static void take(struct readying *readying, json_t *object)
{
	json_decref(readying->object);
	readying->object = object;
	readying->news_ms = clock_monotonic_ms();
}

static int take_events(struct readying *readying, struct err *err)
{
	for (;;) {
		json_t *object;

		switch (watch_next(readying->watch, &object, err)) {
		case WATCH_NOTHING:
			return 0;
		case WATCH_CHANGED:
			take(readying, object);
			break;
		case WATCH_DELETED:
			json_decref(object);
			return err_set(err, ERR_MISSING, "was deleted meanwhile");
		case WATCH_AGAIN:
			if (kube_get(readying->kube, readying->path, &object, err) < 0)
				return -1;
			take(readying, object);
			watch_from(
				readying->watch, object_text(object, "metadata.resourceVersion"));
			break;
		default:
			return -1;
		}
	}
}

/* 1 when it is ready, 0 to wait on. */
static int decide(struct readying *readying, struct err *err)
{
	enum readiness readiness = readiness_of(readying->object);
	struct condition condition = why_not(readying->object);
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

static int wait_on(struct readying *readying, const struct patience *patience, struct err *err)
{
	for (;;) {
		int decided = decide(readying, err);
		const char *end = patience_end(patience, readying->news_ms);

		if (decided != 0)
			return decided < 0 ? -1 : 0;
		if (end)
			return err_set(err, ERR_NETWORK, "%s: it is not ready yet: %s", end,
				why_not(readying->object).message);
		if (http_wait(kube_http(readying->kube),
			    wait_until(watch_wait_ms(readying->watch), patience->end_ms),
			    err) < 0 ||
			take_events(readying, err) < 0)
			return -1;
	}
}

int ready_wait(struct kube *kube, const struct kube_path *path, json_t *object,
	const struct patience *patience, struct err *err)
{
	auto_free char *field = mem_format("metadata.name=%s", path->name);
	struct kube_path all = *path;
	struct kube_selector selector = { .fields = field };
	AUTO(readying_release)
	struct readying readying = {
		.kube = kube,
		.path = path,
		.object = json_incref(object),
		.readiness = NOT_SEEN,
		.since_ms = clock_monotonic_ms(),
		.news_ms = clock_monotonic_ms(),
	};

	all.name = NULL;
	readying.watch = watch_new(
		kube, &all, &selector, object_text(object, "metadata.resourceVersion"));
	return wait_on(&readying, patience, err);
}
