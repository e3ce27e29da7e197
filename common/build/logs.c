/* SPDX-License-Identifier: Apache-2.0 */
/* logs: what the phases of a finished build wrote, as files. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "build/logs.h"
#include "build/pod.h"
#include "kube/podlog.h"

struct output {
	int fd;
	const char *name;
	int status; /* of writing */
	struct err *err;
};

static void write_lines(void *context, struct span lines)
{
	struct output *output = context;

	if (output->status == 0)
		output->status = file_write_fd(output->fd, output->name, lines, output->err);
}

/* Until the log is complete or cannot be had. */
static int copy_log(struct podlog *log, const struct service *service, const char *phase,
	const struct output *output, struct err *err)
{
	struct err why = { 0 };

	for (;;) {
		enum podlog_state state = podlog_step(log, &why);

		if (output->status < 0)
			return -1;
		if (state == PODLOG_INCOMPLETE)
			log_warning("the log of %s is not complete: %s", phase, why.message);
		if (state != PODLOG_OPEN)
			return 0;
		if (http_wait(kube_http(service->kube), podlog_wait_ms(log), err) < 0)
			return -1;
	}
}

static int write_log(int dir, const struct service *service, const struct pod *pod,
	const char *phase, bool stamps, struct err *err)
{
	struct kube_path path = service_path(service, CORE_API, "pods", pod->name);
	auto_free char *name = mem_format("logs/%s.log", phase);
	auto_fd int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	struct output output = { .fd = fd, .name = name, .err = err };
	struct podlog *log;
	int status;

	if (fd < 0)
		return err_errno(err, "%s: cannot be created", name);
	log = podlog_new(service->kube, &path, phase, stamps, write_lines, &output);
	podlog_container_ended(log);
	status = copy_log(log, service, phase, &output, err);
	podlog_free(log);
	return status;
}

/* The pod, without an object where there is none or it may not be looked at. */
static int find_pod(
	struct pod *pod, const struct service *service, const char *build, struct err *err)
{
	auto_free char *labels = mem_format(LABEL_BUILD "=%s", build);
	struct kube_path pods = service_path(service, CORE_API, "pods", NULL);
	struct kube_selector selector = { .labels = labels };
	json_t *found = NULL;

	if (kube_list(service->kube, &pods, &selector, pod_newest, &found, NULL, err) < 0) {
		json_decref(found);
		if (err->kind == ERR_STOPPED)
			return -1;
		log_warning("no logs: %s", err->message);
		return 0;
	}
	if (found)
		pod_set(pod, found);
	else
		log_warning("no logs: the pod of the build is gone");
	return 0;
}

int logs_write(int dir, const struct service *service, json_t *build, bool stamps, struct err *err)
{
	auto_pod struct pod pod = { 0 };

	if (find_pod(&pod, service, object_text(build, "metadata.name"), err) < 0)
		return -1;
	if (!pod.object)
		return 0;
	if (mkdirat(dir, "logs", 0777) < 0 && errno != EEXIST)
		return err_errno(err, "logs: cannot be created");
	for (size_t i = 0; i < pod.count; i++)
		if (pod.phases[i].state == PHASE_ENDED &&
			write_log(dir, service, &pod, pod.phases[i].name, stamps, err) < 0)
			return -1;
	return 0;
}
