/* SPDX-License-Identifier: Apache-2.0 */
/* phases: the log of one build, phase by phase under its heading, as it happens. */
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "build/obstacle.h"
#include "build/phases.h"
#include "build/wait.h"
#include "kube/podlog.h"
#include "kube/watch.h"

struct phases {
	const struct service *service;
	bool stamps; /* lines are shown with their time */
	char *labels;
	struct kube_path pods;
	struct kube_selector selector;
	struct watch *watch;
	struct pod pod;
	bool gone;      /* the pod was deleted */
	size_t current; /* the phase whose log is shown or waited for */
	struct kube_path log_path;
	struct podlog *log;
	bool blind;   /* the right to see pods is missing: said once */
	bool refused; /* the right to read logs is missing: said once */
	struct obstacle obstacle;
	int64_t news_ms;
};

struct phases *phases_new(const struct service *service, const char *build, bool stamps)
{
	struct phases *phases = mem_alloc(sizeof(*phases));

	phases->service = service;
	phases->stamps = stamps;
	phases->labels = mem_format(LABEL_BUILD "=%s", build);
	phases->pods = service_path(service, CORE_API, "pods", NULL);
	phases->selector = (struct kube_selector){ .labels = phases->labels };
	phases->watch = watch_new(service->kube, &phases->pods, &phases->selector, NULL);
	phases->news_ms = clock_monotonic_ms();
	return phases;
}

void phases_free(struct phases *phases)
{
	if (!phases)
		return;
	podlog_free(phases->log);
	watch_free(phases->watch);
	pod_release(&phases->pod);
	obstacle_release(&phases->obstacle);
	free(phases->labels);
	free(phases);
}

static void close_log(struct phases *phases)
{
	podlog_free(phases->log);
	phases->log = NULL;
}

/* A pod that another took the place of has nothing more to say. */
static void begin_anew(struct phases *phases, const char *name)
{
	log_warning("pod '%s' was made again: its phases begin anew", name);
	close_log(phases);
	phases->current = 0;
}

/* A change of the pod; `object` is taken over. */
static void take_pod(struct phases *phases, json_t *object)
{
	bool other = phases->pod.object &&
		strcmp(object_text(object, "metadata.uid"), phases->pod.uid) != 0;

	if (other)
		begin_anew(phases, object_text(object, "metadata.name"));
	pod_set(&phases->pod, object);
	phases->gone = false;
	phases->news_ms = clock_monotonic_ms();
	if (phases->log &&
		(phases->pod.finished || phases->pod.phases[phases->current].state == PHASE_ENDED))
		podlog_container_ended(phases->log);
}

static void lose_pod(struct phases *phases, json_t *object)
{
	bool ours = phases->pod.object &&
		strcmp(object_text(object, "metadata.uid"), phases->pod.uid) == 0;

	json_decref(object);
	if (!ours)
		return;
	phases->gone = true;
	if (phases->log)
		podlog_container_ended(phases->log);
}

static int read_pods(struct phases *phases, struct err *err)
{
	auto_free char *version = NULL;
	json_t *found = NULL;

	if (kube_list(phases->service->kube, &phases->pods, &phases->selector, pod_newest, &found,
		    &version, err) < 0) {
		json_decref(found);
		return err_wrap(err, "pods of the build");
	}
	if (found)
		take_pod(phases, found);
	else
		phases->gone = phases->pod.object != NULL;
	watch_from(phases->watch, version);
	return 0;
}

static int take_events(struct phases *phases, struct err *err)
{
	for (;;) {
		json_t *object;

		switch (watch_next(phases->watch, &object, err)) {
		case WATCH_NOTHING:
			return 0;
		case WATCH_CHANGED:
			take_pod(phases, object);
			break;
		case WATCH_DELETED:
			lose_pod(phases, object);
			break;
		case WATCH_AGAIN:
			if (read_pods(phases, err) < 0 && watch_unread(phases->watch, err) < 0)
				return -1;
			break;
		default:
			return -1;
		}
	}
}

/* "===> DETECT" */
static void print_heading(const char *name)
{
	auto_free char *upper = mem_copy_string(name);

	for (char *c = upper; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	log_colour(LOG_CYAN, "===> %s", upper);
}

static void show_lines(void *context, struct span lines)
{
	struct phases *phases = context;

	phases->news_ms = clock_monotonic_ms();
	log_lines(lines);
}

static void open_log(struct phases *phases)
{
	const struct phase *phase = &phases->pod.phases[phases->current];
	struct kube_path pod = service_path(phases->service, CORE_API, "pods", phases->pod.name);

	print_heading(phase->name);
	if (phases->refused) {
		phases->current++;
		return;
	}
	phases->log = podlog_new(
		phases->service->kube, &pod, phase->name, phases->stamps, show_lines, phases);
	if (phase->state == PHASE_ENDED || phases->pod.finished || phases->gone)
		podlog_container_ended(phases->log);
}

/* Whether the current phase can be shown; those that will never begin are passed over. */
static bool has_begun(struct phases *phases)
{
	const struct pod *pod = &phases->pod;

	while (phases->current < pod->count &&
		pod->phases[phases->current].state == PHASE_WAITING) {
		if (!pod->finished && !phases->gone)
			return false;
		phases->current++;
	}
	return phases->current < pod->count;
}

/* The log of a phase is over; what was not to be had does not stop the build. */
static void end_log(struct phases *phases, enum podlog_state state, const struct err *why)
{
	const char *name = phases->pod.phases[phases->current].name;

	if (state == PODLOG_INCOMPLETE && why->kind == ERR_AUTH) {
		log_warning("the logs are not shown: %s", why->message);
		phases->refused = true;
	} else if (state == PODLOG_INCOMPLETE) {
		log_warning("the log of phase '%s' is not complete: %s", name, why->message);
	}
	close_log(phases);
	phases->current++;
}

static void show_logs(struct phases *phases)
{
	for (;;) {
		struct err why = { 0 };
		enum podlog_state state;

		if (!phases->log && !has_begun(phases))
			return;
		if (!phases->log)
			open_log(phases);
		if (!phases->log)
			continue;
		state = podlog_step(phases->log, &why);
		if (state == PODLOG_OPEN)
			return;
		end_log(phases, state, &why);
	}
}

/* The build goes on whether we see it or not. */
static int go_blind(struct phases *phases, struct err *err)
{
	if (err->kind != ERR_AUTH && err->kind != ERR_NETWORK)
		return -1;
	log_warning("the phases are not shown: %s", err->message);
	*err = (struct err){ 0 };
	close_log(phases);
	phases->blind = true;
	return 0;
}

int phases_step(struct phases *phases, struct err *err)
{
	if (phases->blind)
		return 0;
	if (take_events(phases, err) < 0)
		return go_blind(phases, err);
	show_logs(phases);
	if (!phases->gone)
		obstacle_look(&phases->obstacle, phases->service, &phases->pod);
	return 0;
}

bool phases_over(const struct phases *phases)
{
	const struct pod *pod = &phases->pod;

	if (phases->blind)
		return true;
	return !phases->log && (!pod->object || phases->gone || phases->current == pod->count);
}

int phases_catch_up(struct phases *phases, struct err *err)
{
	if (phases->blind || phases->pod.object)
		return 0;
	return read_pods(phases, err) < 0 ? go_blind(phases, err) : 0;
}

bool phases_have_begun(const struct phases *phases)
{
	return phases->blind || pod_has_started(&phases->pod);
}

const struct pod *phases_pod(const struct phases *phases)
{
	return &phases->pod;
}

const char *phases_obstacle(const struct phases *phases)
{
	return phases->obstacle.said;
}

int64_t phases_news_ms(const struct phases *phases)
{
	return phases->news_ms;
}

int phases_wait_ms(const struct phases *phases)
{
	int wait = phases->blind ? -1 : watch_wait_ms(phases->watch);

	if (phases->log)
		wait = wait_sooner(wait, podlog_wait_ms(phases->log));
	return wait_sooner(wait, obstacle_wait_ms(&phases->obstacle));
}
