/* SPDX-License-Identifier: Apache-2.0 */
/* log: whole lines in one write each, colour, debug, progress, and nothing hidden that shows. */
#include <errno.h>
#include <stdio.h>

#include "unit.h"
#include "capture.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"

#define R "((redacted))"

static void say_info(void)
{
	log_info("fetched %d commits", 3);
}

static void say_nothing(void)
{
	log_info("%s", "");
}

static void say_red(void)
{
	log_colour(LOG_RED, "failed: %s", "x");
}

static void say_plain(void)
{
	log_colour(LOG_PLAIN, "plain");
}

static void say_warning(void)
{
	log_warning("no %s", "filters");
}

static void say_debug(void)
{
	log_debug("> want %s", "abc");
	log_set_debug(true);
	assert_true(log_debugging());
	log_debug("> have %s", "def");
	log_set_debug(false);
	log_debug("> done");
}

static void say_lines(void)
{
	log_lines(SPAN_LITERAL("one\ntwo\n"));
	log_lines(SPAN_LITERAL("\x1b[32mthree\x1b[0m\r"));
	log_lines(SPAN_LITERAL("a\0b\n"));
	log_lines(SPAN_LITERAL(""));
}

static void say_secrets(void)
{
	log_hide(SPAN_LITERAL("hunter2\nsecond"));
	log_info("password %s", "hunter2");
	log_colour(LOG_RED, "second hunter2second");
	log_warning("%s", "hunter2");
	log_lines(SPAN_LITERAL("hunter2\nsecond\n"));
	log_progress(true, "hunter2");
}

static void say_progress(void)
{
	log_progress(false, "receiving %d", 1);
	log_progress(false, "receiving %d", 2); /* too soon */
	log_progress(true, "receiving %d, done", 3);
	log_progress(false, "writing %d", 1);
	log_info("in between");
	log_progress(false, "writing %d", 2);
	log_progress(true, "writing %d, done", 3);
}

static void say_progress_later(void)
{
	log_progress(false, "one");
	clock_sleep_ms(LOG_PROGRESS_MS + 20);
	log_progress(false, "two");
	log_release();
}

static const struct row {
	const char *name;
	void (*say)(void);
	bool no_colour;
	const char *written;
} rows[] = {
	{ "info", say_info, false, "fetched 3 commits\n|" },
	{ "an empty line", say_nothing, false, "\n|" },
	{ "colour", say_red, false, "\x1b[31mfailed: x\x1b[0m\n|" },
	{ "colour with NO_COLOR", say_red, true, "failed: x\n|" },
	{ "plain colour", say_plain, false, "plain\n|" },
	{ "warning", say_warning, false, "\x1b[33mwarning: no filters\x1b[0m\n|" },
	{ "debug", say_debug, true, "> have def\n|" },
	{ "debug is faint", say_debug, false, "\x1b[2m> have def\x1b[0m\n|" },
	{ "lines", say_lines, true, "one\ntwo\n|\x1b[32mthree\x1b[0m\r\n|a" },
	{ "secrets", say_secrets, true,
		"password " R "\n|" R " " R R "\n|warning: " R "\n|" R "\n|" R "\n|" },
	{ "progress", say_progress, true,
		"receiving 1|\r\x1b[K|receiving 3, done\n|writing 1|\nin between\n|writing 2|"
		"\r\x1b[K|writing 3, done\n|" },
	{ "progress, half a second later", say_progress_later, true, "one|\r\x1b[K|two|\n|" },
};

static void say(void **state)
{
	const struct row *row = *state;
	auto_buf struct buf written = BUF(1 * MIB);
	struct capture capture;

	if (row->no_colour)
		(void)setenv("NO_COLOR", "1", 1);
	else
		(void)unsetenv("NO_COLOR");
	capture_begin(&capture);
	row->say();
	capture_end(&capture, &written);
	log_release();
	/* as a C string: one row has a NUL, up to which it is compared */
	assert_string_equal(written.data, row->written);
}

static void a_nul_does_not_end_a_line(void **state)
{
	auto_buf struct buf written = BUF(1 * KIB);
	struct capture capture;
	(void)state;

	capture_begin(&capture);
	log_lines(SPAN_LITERAL("a\0b\n"));
	capture_end(&capture, &written);
	assert_int_equal(written.length, 5);
	assert_memory_equal(written.data, "a\0b\n|", 5);
}

static void a_long_line_is_cut_and_ends(void **state)
{
	auto_buf struct buf written = BUF(1 * MIB);
	auto_free char *text = mem_alloc(3 * LIMIT_LOG_LINE);
	struct capture capture;
	(void)state;

	memset(text, 'x', 3 * LIMIT_LOG_LINE - 1);
	capture_begin(&capture);
	log_info("%s", text);
	log_warning("%s", text);
	capture_end(&capture, &written);
	assert_int_equal(written.data[LIMIT_LOG_LINE - 1], '\n');
	assert_true(written.length <= 2 * (LIMIT_LOG_LINE + 16));
	assert_true(span_ends(buf_span(&written), "x\n|"));
}

static void errno_survives(void **state)
{
	auto_buf struct buf written = BUF(1 * KIB);
	struct capture capture;
	(void)state;

	capture_begin(&capture);
	(void)close(STDERR_FILENO);
	errno = EDOM;
	log_info("nobody reads this");
	assert_int_equal(errno, EDOM);
	capture_end(&capture, &written);
	assert_int_equal(written.length, 0);
}

int main(void)
{
	(void)setenv("NO_COLOR", "1", 1);
	UNIT_ROWS(say, rows);
	UNIT_TEST(a_nul_does_not_end_a_line);
	UNIT_TEST(a_long_line_is_cut_and_ends);
	UNIT_TEST(errno_survives);
	return unit_run();
}
