/* SPDX-License-Identifier: Apache-2.0 */
/* span: what each take function takes, and that it takes nothing where it refuses. */
#include "unit.h"

#define S(text)                          \
	{                                \
		(text), sizeof(text) - 1 \
	}

enum take {
	TAKE_TEXT,  /* span_take */
	TAKE_BYTES, /* span_take_bytes of `size` */
	TAKE_UNTIL, /* span_take_until one of `text` */
	TAKE_LINE,  /* span_take_line */
	TAKE_HEX,   /* span_take_hex of `size` */
};

static const struct row {
	const char *name;
	enum take take;
	struct span from;
	const char *text;
	size_t size;
	struct span taken; /* NULL: it must refuse */
	const char *rest;
} rows[] = {
	{ "text", TAKE_TEXT, S("have abc"), "have ", 0, S("have "), "abc" },
	{ "text, all of it", TAKE_TEXT, S("done"), "done", 0, S("done"), "" },
	{ "text, empty", TAKE_TEXT, S("done"), "", 0, S(""), "done" },
	{ "text, other case", TAKE_TEXT, S("Done"), "done", 0, { NULL, 0 }, NULL },
	{ "text, longer than what is there", TAKE_TEXT, S("don"), "done", 0, { NULL, 0 }, NULL },
	{ "text from nothing", TAKE_TEXT, { NULL, 0 }, "a", 0, { NULL, 0 }, NULL },
	{ "empty text from nothing", TAKE_TEXT, { NULL, 0 }, "", 0, S(""), "" },
	{ "bytes", TAKE_BYTES, S("abc"), NULL, 2, S("ab"), "c" },
	{ "bytes, none", TAKE_BYTES, S("abc"), NULL, 0, S(""), "abc" },
	{ "bytes, all", TAKE_BYTES, S("abc"), NULL, 3, S("abc"), "" },
	{ "bytes, one too many", TAKE_BYTES, S("abc"), NULL, 4, { NULL, 0 }, NULL },
	{ "bytes, as many as there can be", TAKE_BYTES, S("abc"), NULL, SIZE_MAX, { NULL, 0 },
		NULL },
	{ "no bytes from nothing", TAKE_BYTES, { NULL, 0 }, NULL, 0, S(""), "" },
	{ "until", TAKE_UNTIL, S("oid name\n"), " \n", 0, S("oid"), " name\n" },
	{ "until the second of two stops", TAKE_UNTIL, S("oid\nx y"), " \n", 0, S("oid"), "\nx y" },
	{ "until what stands in front", TAKE_UNTIL, S(" name"), " ", 0, S(""), " name" },
	{ "until what is not there", TAKE_UNTIL, S("name"), " ", 0, { NULL, 0 }, NULL },
	{ "until, with a NUL on the way", TAKE_UNTIL, S("a\0b c"), " ", 0, S("a\0b"), " c" },
	{ "until, a NUL is no stop", TAKE_UNTIL, S("a\0b"), " ", 0, { NULL, 0 }, NULL },
	{ "line", TAKE_LINE, S("one\ntwo\n"), NULL, 0, S("one"), "two\n" },
	{ "line with CR", TAKE_LINE, S("one\r\ntwo"), NULL, 0, S("one"), "two" },
	{ "line without end", TAKE_LINE, S("one"), NULL, 0, S("one"), "" },
	{ "line, empty", TAKE_LINE, S("\ntwo"), NULL, 0, S(""), "two" },
	{ "line, only one CR belongs to the end", TAKE_LINE, S("a\r\r\n"), NULL, 0, S("a\r"), "" },
	{ "line, a CR inside stays", TAKE_LINE, S("a\rb\n"), NULL, 0, S("a\rb"), "" },
	{ "no line in nothing", TAKE_LINE, S(""), NULL, 0, { NULL, 0 }, NULL },
	{ "hex", TAKE_HEX, S("00fFA9 x"), NULL, 6, S("00fFA9"), " x" },
	{ "hex, fewer than there are", TAKE_HEX, S("abcd"), NULL, 2, S("ab"), "cd" },
	{ "hex, a digit short", TAKE_HEX, S("abc"), NULL, 4, { NULL, 0 }, NULL },
	{ "hex, G is none", TAKE_HEX, S("abcG"), NULL, 4, { NULL, 0 }, NULL },
	{ "hex, ` is none", TAKE_HEX, S("`"), NULL, 1, { NULL, 0 }, NULL },
	{ "hex, : is none", TAKE_HEX, S(":"), NULL, 1, { NULL, 0 }, NULL },
	{ "hex, @ is none", TAKE_HEX, S("@"), NULL, 1, { NULL, 0 }, NULL },
};

static bool take_by(const struct row *row, struct span *from, struct span *taken)
{
	switch (row->take) {
	case TAKE_TEXT:
		*taken = (struct span){ from->data, strlen(row->text) };
		return span_take(from, row->text);
	case TAKE_BYTES:
		return span_take_bytes(from, row->size, taken);
	case TAKE_UNTIL:
		return span_take_until(from, row->text, taken);
	case TAKE_LINE:
		return span_take_line(from, taken);
	case TAKE_HEX:
		return span_take_hex(from, row->size, taken);
	}
	return false;
}

static void take(void **state)
{
	const struct row *row = *state;
	struct span from = row->from;
	struct span taken = { "untouched", 9 };
	bool ok = take_by(row, &from, &taken);

	assert_int_equal(ok, row->taken.data != NULL);
	if (!ok) {
		assert_ptr_equal(from.data, row->from.data);
		assert_int_equal(from.length, row->from.length);
		if (row->take != TAKE_TEXT)
			assert_string_equal(taken.data, "untouched");
		return;
	}
	assert_true(span_equal(taken, row->taken));
	assert_span_is(from, row->rest);
}

static const struct number {
	const char *name;
	const char *from;
	uint64_t max;
	bool ok;
	uint64_t value;
	const char *rest;
} numbers[] = {
	{ "zero", "0", 9, true, 0, "" },
	{ "with more behind", "12 x", 99, true, 12, " x" },
	{ "with zeros in front", "007", 9, true, 7, "" },
	{ "the largest that may be", "42", 42, true, 42, "" },
	{ "one above the largest", "43", 42, false, 0, NULL },
	{ "the largest there is", "18446744073709551615", UINT64_MAX, true, UINT64_MAX, "" },
	{ "one above the largest there is", "18446744073709551616", UINT64_MAX, false, 0, NULL },
	{ "ten times the largest there is", "184467440737095516150", UINT64_MAX, false, 0, NULL },
	{ "no digit", "x1", 9, false, 0, NULL },
	{ "a sign is no digit", "-1", 9, false, 0, NULL },
	{ "nothing", "", 9, false, 0, NULL },
	{ "white space in front", " 1", 9, false, 0, NULL },
};

static void take_number(void **state)
{
	const struct number *row = *state;
	struct span from = span_of(row->from);
	uint64_t value = 4711;

	assert_int_equal(span_take_number(&from, row->max, &value), row->ok);
	assert_true(value == (row->ok ? row->value : 4711));
	assert_span_is(from, row->ok ? row->rest : row->from);
}

static const struct trimmed {
	const char *name;
	const char *text;
	const char *trimmed;
} trimmed[] = {
	{ "nothing to do", "a b", "a b" },
	{ "each kind of white space", " \t\n\v\f\ra\r\f\v\n\t ", "a" },
	{ "nothing but white space", " \n\t", "" },
	{ "nothing", "", "" },
	{ "other control bytes stay", "\x01 a \x7f", "\x01 a \x7f" },
	{ "bytes above 127 stay", "\xc2\xa0 a", "\xc2\xa0 a" },
};

static void trim(void **state)
{
	const struct trimmed *row = *state;

	assert_span_is(span_trim(span_of(row->text)), row->trimmed);
}

static void compares_bytes_and_lengths(void **state)
{
	struct span with_nul = S("a\0b");
	(void)state;

	assert_true(span_equal(span_of("ab"), span_of("ab")));
	assert_false(span_equal(span_of("ab"), span_of("aB")));
	assert_false(span_equal(span_of("ab"), span_of("abc")));
	assert_true(span_equal(span_of(NULL), (struct span){ NULL, 0 }));
	assert_false(span_is(with_nul, "a"));
	assert_int_equal(with_nul.length, 3);
	assert_true(span_starts(span_of("refs/heads/x"), "refs/heads/"));
	assert_false(span_starts(span_of("refs"), "refs/heads/"));
	assert_true(span_starts(span_of(""), ""));
	assert_true(span_ends(span_of("app.git"), ".git"));
	assert_false(span_ends(span_of("git"), ".git"));
	assert_true(span_ends((struct span){ NULL, 0 }, ""));
}

static void a_copy_ends_in_a_nul(void **state)
{
	char *copy = span_copy((struct span){ "abcdef", 3 });
	char *empty = span_copy((struct span){ NULL, 0 });
	(void)state;

	assert_string_equal(copy, "abc");
	assert_string_equal(empty, "");
	free(copy);
	free(empty);
}

static void a_message_shows_256_bytes_at_most(void **state)
{
	char text[400];
	struct err err = { 0 };
	(void)state;

	memset(text, 'x', sizeof(text));
	(void)err_set(&err, ERR_CONFIG, "%.*s", SPAN_FORMAT(((struct span){ text, sizeof(text) })));
	assert_int_equal(strlen(err.message), 256);
}

int main(void)
{
	UNIT_ROWS(take, rows);
	UNIT_ROWS(take_number, numbers);
	UNIT_ROWS(trim, trimmed);
	UNIT_TEST(compares_bytes_and_lengths);
	UNIT_TEST(a_copy_ends_in_a_nul);
	UNIT_TEST(a_message_shows_256_bytes_at_most);
	return unit_run();
}
