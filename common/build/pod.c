/* SPDX-License-Identifier: Apache-2.0 */
/* pod: the pod of one build, and its phases. */
#include <string.h>

#include "base/mem.h"
#include "base/strings.h"
#include "build/pod.h"

static bool is_one_of(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(text, *words) == 0)
			return true;
	return false;
}

static bool is_phase(const char *container)
{
	static const char *const names[] = { "prepare", "detect", "analyze", "restore", "build",
		"export", "completion", "rebase", NULL };

	return is_one_of(container, names);
}

/* The member of a list of containers or of their statuses that has this name; borrowed. */
static json_t *by_name(json_t *list, const char *name)
{
	size_t index;
	json_t *item;

	json_array_foreach (list, index, item)
		if (strcmp(object_text(item, "name"), name) == 0)
			return item;
	return NULL;
}

static void read_state(struct phase *phase, json_t *status)
{
	json_t *ended = object_value(status, "state.terminated");
	json_t *waiting = object_value(status, "state.waiting");

	phase->reason = object_text(ended ? ended : waiting, "reason");
	phase->message = object_text(waiting, "message");
	if (ended) {
		phase->state = PHASE_ENDED;
		phase->exit_code = object_number(ended, "exitCode");
	} else if (object_value(status, "state.running")) {
		phase->state = PHASE_RUNNING;
	}
}

static void add_phases(struct pod *pod, const char *containers, const char *statuses)
{
	json_t *list = object_value(pod->object, containers);
	size_t index;
	json_t *item;

	json_array_foreach (list, index, item) {
		const char *name = object_text(item, "name");
		struct phase *phase = &pod->phases[pod->count];

		if (!is_phase(name) || pod->count == POD_PHASES_MAX)
			continue;
		*phase = (struct phase){ .name = name };
		read_state(phase, by_name(object_value(pod->object, statuses), name));
		pod->count++;
	}
}

void pod_set(struct pod *pod, json_t *object)
{
	const char *phase = object_text(object, "status.phase");

	json_decref(pod->object);
	*pod = (struct pod){
		.object = object,
		.name = object_text(object, "metadata.name"),
		.uid = object_text(object, "metadata.uid"),
		.finished = strcmp(phase, "Succeeded") == 0 || strcmp(phase, "Failed") == 0,
	};
	add_phases(pod, "spec.initContainers", "status.initContainerStatuses");
	add_phases(pod, "spec.containers", "status.containerStatuses");
}

void pod_release(struct pod *pod)
{
	json_decref(pod->object);
	*pod = (struct pod){ 0 };
}

int pod_newest(void *context, json_t *object, struct err *err)
{
	json_t **found = context;
	const char *created = object_text(object, "metadata.creationTimestamp");

	(void)err;
	if (object && strcmp(created, object_text(*found, "metadata.creationTimestamp")) < 0)
		return 0;
	json_decref(*found);
	*found = json_incref(object);
	return 0;
}

const struct phase *pod_failed_phase(const struct pod *pod)
{
	for (size_t i = 0; i < pod->count; i++)
		if (pod->phases[i].state == PHASE_ENDED && pod->phases[i].exit_code != 0)
			return &pod->phases[i];
	return NULL;
}

bool pod_has_started(const struct pod *pod)
{
	for (size_t i = 0; i < pod->count; i++)
		if (pod->phases[i].state != PHASE_WAITING)
			return true;
	return false;
}

/* "0/3 nodes are available: ..." */
static char *scheduling_obstacle(const struct pod *pod)
{
	struct condition scheduled = object_condition(pod->object, "PodScheduled");

	if (strcmp(scheduled.status, "False") != 0 || !*scheduled.message)
		return NULL;
	return mem_format("it is not scheduled: %s", scheduled.message);
}

/* A container waits for the one before it, or for a reason of its own. */
static bool is_ordinary(const char *reason)
{
	static const char *const reasons[] = { "", "PodInitializing", "ContainerCreating", NULL };

	return is_one_of(reason, reasons);
}

char *pod_obstacle(const struct pod *pod)
{
	for (size_t i = 0; i < pod->count; i++) {
		const struct phase *phase = &pod->phases[i];

		if (phase->state == PHASE_WAITING && !is_ordinary(phase->reason))
			return mem_format("%s: %s%s%s", phase->name, phase->reason,
				*phase->message ? ": " : "", phase->message);
	}
	return pod_has_started(pod) ? NULL : scheduling_obstacle(pod);
}
