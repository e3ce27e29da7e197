/* SPDX-License-Identifier: Apache-2.0 */
/* follow: one Build until it is over, with its log. */
#ifndef BUILD_FOLLOW_H
#define BUILD_FOLLOW_H

#include "build/service.h"
#include "build/wait.h"

/*
 * Follow the Build of that name, each line of its log with its time where `stamps` says so. `build` is the object as it ended, the caller's. A build that fails
 * is ERR_REMOTE with its phase and reason; one that is deleted ERR_MISSING; one that has not ended at
 * the end of the patience, or of which nothing begins for PENDING_MAX_MS, ERR_NETWORK. In all of
 * these the build is left to itself.
 */
MUST_CHECK int follow_build(const struct service *service, const char *name, bool stamps,
	const struct patience *patience, json_t **build, struct err *err);

#endif
