/* SPDX-License-Identifier: Apache-2.0 */
/* failure: the words for a build that failed: its phase, the exit code, kpack's message. */
#ifndef BUILD_FAILURE_H
#define BUILD_FAILURE_H

#include "build/pod.h"

/* `build` is the Build; `pod` may be without an object. Always -1. */
int failure_error(json_t *build, const struct pod *pod, struct err *err);

#endif
