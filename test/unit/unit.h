/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unit: a test program is a list of tests, and each row of a table is one of them.
 *
 *	static const struct number { const char *name; ... } numbers[] = { { "zero", ... }, ... };
 *	static void take_number(void **state) { const struct number *row = *state; ... }
 *
 *	int main(void)
 *	{
 *		UNIT_ROWS(take_number, numbers);
 *		UNIT_TEST(a_line_may_lack_its_end);
 *		return unit_run();
 *	}
 *
 * A row's struct begins with its name. TAP goes to stdout, what failed to stderr.
 */
#ifndef TEST_UNIT_H
#define TEST_UNIT_H

#include <stdarg.h>
#include <setjmp.h>
#include <string.h>

#include "base/defs.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/span.h"

#include <cmocka.h>

static struct CMUnitTest *unit_tests;
static size_t unit_count;

static void unit_add(char *name, CMUnitTestFunction function, const void *row)
{
	unit_tests = mem_resize(unit_tests, unit_count + 1, sizeof(*unit_tests));
	unit_tests[unit_count++] = (struct CMUnitTest){
		.name = name,
		.test_func = function,
		.initial_state = (void *)(uintptr_t)row,
	};
}

#define UNIT_TEST(function) unit_add(mem_copy_string(#function), function, NULL)

#define UNIT_ROWS(function, rows)                                                              \
	do {                                                                                   \
		for (size_t row_ = 0; row_ < COUNT(rows); row_++)                              \
			unit_add(mem_format("%s: %s", #function, (rows)[row_].name), function, \
				&(rows)[row_]);                                                \
	} while (0)

/* Setup and teardown are called once, for all tests; NULL: none. */
static int unit_run_with(CMFixtureFunction setup, CMFixtureFunction teardown)
{
	int failed;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	failed = _cmocka_run_group_tests("unit", unit_tests, unit_count, setup, teardown);
	for (size_t i = 0; i < unit_count; i++)
		free((char *)(uintptr_t)unit_tests[i].name);
	free(unit_tests);
	return failed ? 1 : 0;
}

static inline int unit_run(void)
{
	return unit_run_with(NULL, NULL);
}

/* A span is exactly these bytes. */
#define assert_span_is(found, text)                                          \
	do {                                                                 \
		struct span span_ = (found);                                 \
		assert_int_equal(span_.length, strlen(text));                \
		if (span_.length)                                            \
			assert_memory_equal(span_.data, text, span_.length); \
	} while (0)

/* A call failed with this kind and this message. */
#define assert_failed(call, err, expected_kind, expected_message)      \
	do {                                                           \
		assert_int_equal(call, -1);                            \
		assert_string_equal((err)->message, expected_message); \
		assert_int_equal((err)->kind, expected_kind);          \
	} while (0)

#endif
