/* SPDX-License-Identifier: Apache-2.0 */
/* ready: wait until the build service has taken in a change of one of its objects. */
#ifndef BUILD_READY_H
#define BUILD_READY_H

#include "build/wait.h"
#include "kube/api.h"

/*
 * Wait until the object at `path`, whose newest state is `object`, is ready in its newest generation.
 * ERR_REMOTE with the build service's words where it is not ready, and stays so for BUILDER_MAX_MS
 * (what it stands on may change at the same time), or where nobody looks at the change;
 * ERR_MISSING where it is deleted; ERR_NETWORK at the end of the patience.
 */
MUST_CHECK int ready_wait(struct kube *kube, const struct kube_path *path, json_t *object,
	const struct patience *patience, struct err *err);

#endif
