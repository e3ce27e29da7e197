/* SPDX-License-Identifier: Apache-2.0 */
/* redact and secret: no known text is shown, wherever in a line it stands. */
#include "unit.h"

#include "base/redact.h"
#include "base/secret.h"

#define R "((redacted))"

static const struct row {
	const char *name;
	const char *known[4];
	struct span line;
	const char *shown;
} rows[] = {
	{ "nothing is known", { NULL }, { "hunter2", 7 }, "hunter2" },
	{ "alone", { "hunter2" }, { "hunter2", 7 }, R },
	{ "at the start", { "hunter2" }, { "hunter2 x", 9 }, R " x" },
	{ "at the end", { "hunter2" }, { "x hunter2", 9 }, "x " R },
	{ "inside a word", { "hunter2" }, { "xhunter2x", 9 }, "x" R "x" },
	{ "twice, adjacent", { "hunter2" }, { "hunter2hunter2", 14 }, R R },
	{ "two, adjacent", { "hunter2", "swordfish" }, { "swordfishhunter2", 16 }, R R },
	{ "all but the last byte", { "hunter2" }, { "hunter", 6 }, "hunter" },
	{ "after its own beginning", { "aab" }, { "aaab", 4 }, "a" R },
	{ "the longest of those that begin alike", { "hunter", "hunter22", "hunter2" },
		{ "hunter22", 8 }, R },
	{ "the longest that fits", { "hunter", "hunter22", "hunter2" }, { "hunter2x", 8 }, R "x" },
	{ "the one that is inside another", { "hunter2", "unt" }, { "hunter2 unt", 11 }, R " " R },
	{ "two bytes", { "ab" }, { "aabb", 4 }, "a" R "b" },
	{ "a single byte is passed over", { "a" }, { "banana", 6 }, "banana" },
	{ "white space alone is passed over", { " \n\t " }, { " \n\t ", 4 }, " \n\t " },
	{ "white space around it does not count", { "  hunter2\n" }, { "[hunter2]", 9 },
		"[" R "]" },
	{ "each of its lines", { "-----BEGIN\nabcd\r\n  efgh\n\nx" },
		{ "efgh abcd x -----BEGIN", 22 }, R " " R " x " R },
	{ "all of its lines at once", { "abcd\nefgh" }, { ">abcd\nefgh<", 11 }, ">" R "<" },
	{ "known twice", { "hunter2", "hunter2" }, { "hunter2", 7 }, R },
	{ "with bytes above 127", { "pa\xc3\x9fwort" }, { "pa\xc3\x9fwort", 8 }, R },
	{ "behind a NUL", { "hunter2" }, { "\0hunter2", 8 }, NULL },
	{ "an empty line", { "hunter2" }, { "", 0 }, "" },
	{ "one byte of a line", { "hunter2" }, { "h", 1 }, "h" },
};

static void hide(void **state)
{
	const struct row *row = *state;
	auto_buf struct buf shown = BUF(1000);

	for (size_t i = 0; i < COUNT(row->known) && row->known[i]; i++)
		redact_add(span_of(row->known[i]));
	assert_int_equal(redact_append(&shown, row->line), 0);
	if (row->shown)
		assert_span_is(buf_span(&shown), row->shown);
	else
		assert_memory_equal(buf_span(&shown).data, "\0" R, sizeof("\0" R));
	redact_release();
	buf_clear(&shown);
	assert_int_equal(redact_append(&shown, row->line), 0);
	assert_true(span_equal(buf_span(&shown), row->line));
	redact_release();
}

static void hides_it_at_every_place_of_a_line(void **state)
{
	static const char secret[] = "swordfish";
	enum { WIDTH = 40 };
	(void)state;

	redact_add(span_of(secret));
	for (size_t at = 0; at + strlen(secret) <= WIDTH; at++) {
		auto_buf struct buf shown = BUF(1000);
		char line[WIDTH + 1];
		auto_free char *expected = NULL;

		memset(line, 's', WIDTH);
		memcpy(line + at, secret, strlen(secret));
		line[WIDTH] = '\0';
		expected = mem_format("%.*s" R "%s", (int)at, line, line + at + strlen(secret));
		assert_int_equal(redact_append(&shown, span_of(line)), 0);
		assert_span_is(buf_span(&shown), expected);
	}
	redact_release();
}

static void hides_many(void **state)
{
	(void)state;
	for (int i = 0; i < 300; i++) {
		auto_free char *text = mem_format("secret-%d-", i);

		redact_add(span_of(text));
	}
	for (int i = 0; i < 300; i++) {
		auto_buf struct buf shown = BUF(1000);
		auto_free char *line = mem_format("<secret-%d->", i);

		assert_int_equal(redact_append(&shown, span_of(line)), 0);
		assert_span_is(buf_span(&shown), "<" R ">");
	}
	redact_release();
}

static void refuses_a_full_buffer(void **state)
{
	auto_buf struct buf shown = BUF(11);
	(void)state;

	redact_add(span_of("ab"));
	assert_int_equal(redact_append(&shown, span_of("ab")), -1);
	assert_int_equal(redact_append(&shown, span_of("ccccccccccccc")), -1);
	redact_release();
}

static void a_secret_is_known_to_the_log(void **state)
{
	auto_buf struct buf shown = BUF(100);
	auto_secret struct secret *secret = secret_new((struct span){ "hunter2 and more", 7 });
	(void)state;

	assert_string_equal(secret_reveal(secret), "hunter2");
	assert_int_equal(secret_length(secret), 7);
	assert_int_equal(redact_append(&shown, span_of("pass hunter2")), 0);
	assert_span_is(buf_span(&shown), "pass " R);
	redact_release();
}

static void a_secret_stays_hidden_after_it_is_freed(void **state)
{
	auto_buf struct buf shown = BUF(100);
	struct secret *secret = secret_new(span_of("hunter2"));
	(void)state;

	secret_free_pointer(&secret);
	assert_null(secret);
	assert_int_equal(redact_append(&shown, span_of("hunter2")), 0);
	assert_span_is(buf_span(&shown), R);
	redact_release();
}

static void no_secret_is_an_empty_one(void **state)
{
	struct secret *none = NULL;
	auto_secret struct secret *empty = secret_new((struct span){ NULL, 0 });
	(void)state;

	assert_null(secret_reveal(NULL));
	assert_int_equal(secret_length(NULL), 0);
	secret_free(NULL);
	secret_free_pointer(&none);
	assert_string_equal(secret_reveal(empty), "");
}

static void wipes_every_byte(void **state)
{
	char text[] = "xhunter2x";
	(void)state;

	secret_wipe(text + 1, 7);
	assert_memory_equal(text, "x\0\0\0\0\0\0\0x", sizeof(text));
}

int main(void)
{
	UNIT_ROWS(hide, rows);
	UNIT_TEST(hides_it_at_every_place_of_a_line);
	UNIT_TEST(hides_many);
	UNIT_TEST(refuses_a_full_buffer);
	UNIT_TEST(a_secret_is_known_to_the_log);
	UNIT_TEST(a_secret_stays_hidden_after_it_is_freed);
	UNIT_TEST(no_secret_is_an_empty_one);
	UNIT_TEST(wipes_every_byte);
	return unit_run();
}
