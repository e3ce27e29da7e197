/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log: lines for people, on stderr, with every known secret replaced by `((redacted))`.
 *
 * Concourse shows stderr as it comes, a line at a time, and renders colours, so whole lines are
 * written at once and colour is on unless NO_COLOR is set; callers never look for a terminal.
 * Texts hold no newline at their end: the log adds it.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/defs.h"
#include "base/span.h"

enum log_colour {
	LOG_PLAIN,
	LOG_BOLD,
	LOG_RED,
	LOG_GREEN,
	LOG_YELLOW,
	LOG_CYAN,
	LOG_FAINT,
};

PRINTF(1, 2) void log_info(const char *format, ...);
PRINTF(2, 3) void log_colour(enum log_colour colour, const char *format, ...);
PRINTF(1, 2) void log_warning(const char *format, ...); /* yellow, with "warning: " in front */

/* The protocol's steps, shown only after log_set_debug(true). Never pass credentials. */
PRINTF(1, 2) void log_debug(const char *format, ...);
void log_set_debug(bool on);
bool log_debugging(void);

/* Lines of somebody else's log, as they are: bytes, ANSI sequences and all; LF is added if missing. */
void log_lines(struct span lines);

/*
 * Progress of one long work: the line overwrites the one before it, at most twice a second. The
 * first call of a work and the one with `done` are always shown, and `done` ends the line. Any other
 * line that comes between starts on a line of its own.
 */
PRINTF(2, 3) void log_progress(bool done, const char *format, ...);

/* Replace `text`, and each of its lines, wherever it would be shown from now on; pieces of a single
 * byte cannot be hidden. */
void log_hide(struct span text);

/* Forget, and wipe, what was to be hidden: for the end of the program. */
void log_release(void);

#endif
