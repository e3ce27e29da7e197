/* SPDX-License-Identifier: Apache-2.0 */
/* log: lines for people, on stderr. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/redact.h"

static const char *const colour_codes[] = {
	[LOG_PLAIN] = "",
	[LOG_BOLD] = "\x1b[1m",
	[LOG_RED] = "\x1b[31m",
	[LOG_GREEN] = "\x1b[32m",
	[LOG_YELLOW] = "\x1b[33m",
	[LOG_CYAN] = "\x1b[36m",
	[LOG_FAINT] = "\x1b[2m",
};

static struct {
	bool debug;
	bool in_progress; /* the last thing shown was a progress line without its LF */
	int64_t progress_ms;
} state;

static void write_all(struct span bytes)
{
	int saved = errno;

	while (bytes.length) {
		ssize_t written = write(STDERR_FILENO, bytes.data, bytes.length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			break;
		bytes.data += written;
		bytes.length -= (size_t)written;
	}
	errno = saved;
}

/* One write for the whole line; a line that is too long to be redacted in memory is not shown. */
static void show(const char *before, struct span text, const char *after)
{
	auto_buf struct buf line = BUF(LIMIT_LOG_CHUNK);

	if ((state.in_progress && buf_add_string(&line, "\n") < 0) ||
		buf_add_string(&line, before) < 0 || redact_append(&line, text) < 0 ||
		buf_add_string(&line, after) < 0)
		return;
	state.in_progress = false;
	write_all(buf_span(&line));
}

PRINTF(2, 0) static void show_format(enum log_colour colour, const char *format, va_list args)
{
	bool coloured = colour != LOG_PLAIN && !getenv("NO_COLOR");
	char text[LIMIT_LOG_LINE];
	int length = vsnprintf(text, sizeof(text), format, args);

	if (length < 0)
		return;
	if ((size_t)length >= sizeof(text))
		length = (int)sizeof(text) - 1;
	show(coloured ? colour_codes[colour] : "", (struct span){ text, (size_t)length },
		coloured ? "\x1b[0m\n" : "\n");
}

void log_info(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	show_format(LOG_PLAIN, format, args);
	va_end(args);
}

void log_colour(enum log_colour colour, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	show_format(colour, format, args);
	va_end(args);
}

void log_warning(const char *format, ...)
{
	char text[LIMIT_LOG_LINE];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	log_colour(LOG_YELLOW, "warning: %s", text);
}

void log_debug(const char *format, ...)
{
	va_list args;

	if (!state.debug)
		return;
	va_start(args, format);
	show_format(LOG_FAINT, format, args);
	va_end(args);
}

void log_set_debug(bool on)
{
	state.debug = on;
}

bool log_debugging(void)
{
	return state.debug;
}

void log_lines(struct span lines)
{
	if (lines.length)
		show("", lines, lines.data[lines.length - 1] == '\n' ? "" : "\n");
}

void log_progress(bool done, const char *format, ...)
{
	int64_t now = clock_monotonic_ms();
	char text[LIMIT_LOG_LINE];
	va_list args;

	if (!done && state.in_progress && now - state.progress_ms < LOG_PROGRESS_MS)
		return;
	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	/* CR and "erase to the end of the line" make room for the new text on the same line */
	if (state.in_progress)
		write_all(SPAN_LITERAL("\r\x1b[K"));
	state.in_progress = false;
	show("", span_of(text), done ? "\n" : "");
	state.in_progress = !done;
	state.progress_ms = now;
}

void log_hide(struct span text)
{
	redact_add(text);
}

void log_release(void)
{
	if (state.in_progress)
		write_all(SPAN_LITERAL("\n"));
	state.in_progress = false;
	redact_release();
}
