/* SPDX-License-Identifier: Apache-2.0 */
/* obstacle: says on the log why a pod does not start. */
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "build/obstacle.h"

void obstacle_release(struct obstacle *obstacle)
{
	free(obstacle->said);
	*obstacle = (struct obstacle){ 0 };
}

/* Takes `text` over. */
static void say(struct obstacle *obstacle, const struct pod *pod, char *text)
{
	if (obstacle->said && strcmp(obstacle->said, text) == 0) {
		free(text);
		return;
	}
	log_warning("pod '%s' waits: %s", pod->name, text);
	free(obstacle->said);
	obstacle->said = text;
}

/* When it came last. A kubelet's event has a lastTimestamp, a scheduler's has the others. */
static const char *time_of(json_t *event)
{
	static const char *const paths[] = { "lastTimestamp", "series.lastObservedTime",
		"eventTime" };

	for (size_t i = 0; i < COUNT(paths); i++)
		if (*object_text(event, paths[i]))
			return object_text(event, paths[i]);
	return object_text(event, "metadata.creationTimestamp");
}

/* The newest warning; a list of events is sorted by name. */
static int newest_warning(void *context, json_t *object, struct err *err)
{
	json_t **found = context;

	(void)err;
	if (object &&
		(strcmp(object_text(object, "type"), "Warning") != 0 ||
			strcmp(time_of(object), time_of(*found)) < 0))
		return 0;
	json_decref(*found);
	*found = json_incref(object);
	return 0;
}

static void look_at_events(
	struct obstacle *obstacle, const struct service *service, const struct pod *pod)
{
	struct kube_path path = service_path(service, CORE_API, "events", NULL);
	auto_free char *fields = mem_format("involvedObject.uid=%s", pod->uid);
	struct kube_selector selector = { .fields = fields };
	json_t *event = NULL;
	struct err err = { 0 };

	if (kube_list(service->kube, &path, &selector, newest_warning, &event, NULL, &err) < 0) {
		log_debug("events of the pod: %s", err.message);
		obstacle->no_events = true;
	}
	if (event)
		say(obstacle, pod,
			mem_format("%s: %s", object_text(event, "reason"),
				object_text(event, "message")));
	json_decref(event);
}

void obstacle_look(struct obstacle *obstacle, const struct service *service, const struct pod *pod)
{
	int64_t now = clock_monotonic_ms();
	char *text = pod->object ? pod_obstacle(pod) : NULL;

	if (text)
		say(obstacle, pod, text);
	if (!pod->object || text || obstacle->no_events || pod_has_started(pod)) {
		obstacle->events_ms = 0;
		return;
	}
	if (!obstacle->events_ms)
		obstacle->events_ms = now + PENDING_EVENTS_MS;
	if (now < obstacle->events_ms)
		return;
	look_at_events(obstacle, service, pod);
	obstacle->events_ms = clock_monotonic_ms() + PENDING_EVENTS_MS;
}

int obstacle_wait_ms(const struct obstacle *obstacle)
{
	int64_t left = obstacle->events_ms - clock_monotonic_ms();

	if (!obstacle->events_ms)
		return -1;
	return left > 0 ? (int)left : 0;
}
