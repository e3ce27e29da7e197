/* SPDX-License-Identifier: Apache-2.0 */
/* clock: time in milliseconds, and the one time format of Kubernetes (RFC 3339), always UTC. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/defs.h"
#include "base/span.h"

int64_t clock_monotonic_ms(void); /* for waits; starts anywhere, never jumps */
int64_t clock_wall_ms(void);      /* since 1970 */

/*
 * Read "2026-11-23T14:31:53[.fraction](Z|+hh:mm|-hh:mm)" into milliseconds since 1970; digits beyond
 * the millisecond are dropped. False, and `ms` unchanged, where it is not one.
 */
bool clock_parse_rfc3339(struct span text, int64_t *ms);

/* Write "2026-11-23T14:31:53Z" (20 bytes and a NUL). */
#define CLOCK_RFC3339_SIZE sizeof("2026-11-23T14:31:53Z")
void clock_format_rfc3339(int64_t ms, char text[static CLOCK_RFC3339_SIZE]);

/*
 * Read a duration as Go writes it, "1h", "55s", "1m30s", "500ms", or whole seconds without a unit,
 * into milliseconds. False, and `ms` unchanged, where it is neither, or longer than a year.
 */
bool clock_parse_duration(struct span text, int64_t *ms);

/* Sleep, but not longer than until SIGTERM (stop.h). */
void clock_sleep_ms(int64_t ms);

#endif
