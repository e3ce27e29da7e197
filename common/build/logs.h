/* SPDX-License-Identifier: Apache-2.0 */
/* logs: what the phases of a finished build wrote, as files. */
#ifndef BUILD_LOGS_H
#define BUILD_LOGS_H

#include "build/service.h"

/*
 * Write logs/PHASE.log, each line with its time where `stamps` says so, into the folder for each phase of the Build's pod that has ended. A pod that
 * is gone or may not be looked at, and a log that cannot be had, are said and are no failures.
 */
MUST_CHECK int logs_write(
	int dir, const struct service *service, json_t *build, bool stamps, struct err *err);

#endif
