/* SPDX-License-Identifier: Apache-2.0 */
/*
 * podlog: the log of one container, as it is written, until the container has ended.
 *
 * Whole lines go to `show` as soon as they are there. A stream that breaks, or that began while the
 * container ran, is opened anew behind the last line, by the timestamps that the API server puts
 * in front of each (and which are shown only where that is asked for): nothing is lost and nothing is repeated. A last line
 * without a newline is shown when the log is complete.
 */
#ifndef KUBE_PODLOG_H
#define KUBE_PODLOG_H

#include "kube/api.h"

struct podlog;

enum podlog_state {
	PODLOG_OPEN,
	PODLOG_COMPLETE,
	PODLOG_INCOMPLETE, /* what is missing cannot be had: `why` was set */
};

/* Called with one or more whole lines, each with its newline (but for the last of all). */
typedef void podlog_show(void *context, struct span lines);

/* Follow that of a container of the pod, whose names are copied; with `stamps` each line begins with its
 * time. */
MUST_CHECK struct podlog *podlog_new(struct kube *kube, const struct kube_path *pod,
	const char *container, bool stamps, podlog_show *show, void *context);
void podlog_free(struct podlog *log);

/* Tell it that the container has ended, or that its pod is gone: what is there then is all. */
void podlog_container_ended(struct podlog *log);

/* Show what came since the last call, without waiting. */
MUST_CHECK enum podlog_state podlog_step(struct podlog *log, struct err *why);

/* How long a wait may be before podlog_step() has something to do by itself; -1: any time. */
int podlog_wait_ms(const struct podlog *log);

#endif
