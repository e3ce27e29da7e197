/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pod: the pod of one build, and its phases in the order in which they run.
 *
 * The order is that of the pod's spec, for it differs between kpack's versions; containers that are
 * not kpack's (injected sidecars) are passed over. Texts are borrowed from `object`, which the pod
 * owns. `{ 0 }` is no pod.
 */
#ifndef BUILD_POD_H
#define BUILD_POD_H

#include "build/service.h"
#include "kube/object.h"

enum phase_state { PHASE_WAITING, PHASE_RUNNING, PHASE_ENDED };

struct phase {
	const char *name; /* "detect" */
	enum phase_state state;
	int64_t exit_code;   /* of an ended one */
	const char *reason;  /* of a waiting or an ended one */
	const char *message; /* of a waiting one */
};

#define POD_PHASES_MAX 16

struct pod {
	json_t *object;
	const char *name;
	const char *uid; /* a pod that is made again has the same name */
	bool finished;   /* Succeeded or Failed: no phase will begin any more */
	struct phase phases[POD_PHASES_MAX];
	size_t count;
};

/* Read `object`, which the pod owns from now on, in place of what it held. */
void pod_set(struct pod *pod, json_t *object);
void pod_release(struct pod *pod);
#define auto_pod AUTO(pod_release)

/* A list_visit of a build's pods whose context is a json_t *, the caller's: the newest is the build's,
 * the others were deleted, and are on their way. */
MUST_CHECK int pod_newest(void *context, json_t *object, struct err *err);

/* The first phase that ended with an exit code other than 0; NULL where none did. */
const struct phase *pod_failed_phase(const struct pod *pod);

/* Whether any phase has begun. */
bool pod_has_started(const struct pod *pod);

/*
 * Why nothing of the pod runs, as the scheduler or the node says it; the caller's, or NULL where
 * there is nothing but the ordinary beginning.
 */
MUST_CHECK char *pod_obstacle(const struct pod *pod);

#endif
