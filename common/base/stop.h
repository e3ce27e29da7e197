/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stop: SIGTERM and SIGINT, as a flag and as a descriptor to poll.
 *
 * Concourse aborts a step with SIGTERM and kills it ten seconds later. Every wait of the programs
 * includes stop_fd(), every long loop asks stop_requested(), and both then leave with ERR_STOPPED,
 * so that the ordinary clean-up runs. SIGPIPE is ignored: a closed pipe is an error of write().
 */
#ifndef BASE_STOP_H
#define BASE_STOP_H

#include "base/err.h"

/* Install the handlers; call once, before anything that waits. */
MUST_CHECK int stop_install(struct err *err);

bool stop_requested(void);

/* Becomes readable, and stays so, when a stop is requested; -1 (which poll passes over) before
 * stop_install. */
int stop_fd(void);

/* Forget the request: for whoever answers at once instead of failing. */
void stop_forget(void);

/* 0, or -1 with ERR_STOPPED when a stop was requested. */
MUST_CHECK int stop_check(struct err *err);

#endif
