/* SPDX-License-Identifier: Apache-2.0 */
/* timestamp: a person's date in one of git's formats, as `git log --date=FORMAT` writes it. */
#ifndef GIT_FACTS_TIMESTAMP_H
#define GIT_FACTS_TIMESTAMP_H

#include "base/err.h"
#include "git/commit.h"

/*
 * Formats: default, iso8601, iso8601-strict, rfc2822, their short names, short, raw, unix and
 * format:STRFTIME; "-local" (or local alone) makes it UTC. Those that depend on the time of reading
 * (relative, human) are refused. ERR_CONFIG names params.timestamp_format.
 */
MUST_CHECK int timestamp_check(const char *format, struct err *err);

/* By a format that was checked; the caller frees. */
MUST_CHECK char *timestamp_text(const struct person *person, const char *format);

#endif
