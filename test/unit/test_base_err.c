/* SPDX-License-Identifier: Apache-2.0 */
/* err: one line of valid UTF-8 that never outgrows its storage. */
#include <errno.h>

#include "unit.h"

#include "base/utf8.h"

static const struct row {
	const char *name;
	const char *text;
	const char *message;
} rows[] = {
	{ "as it is", "source.uri: is required", "source.uri: is required" },
	{ "empty", "", "" },
	{ "newlines become spaces", "one\ntwo\r\nthree", "one two  three" },
	{ "the newline at the end goes", "fatal: no\n", "fatal: no" },
	{ "tabs, escapes and DEL become spaces",
		"a\tb\x1b[31mc\x7f"
		"d",
		"a b [31mc d" },
	{ "nothing but control bytes", "\n\r\t ", "" },
	{ "UTF-8 stays", "gr\xc3\xbc\xc3\x9f \xe2\x82\xac", "gr\xc3\xbc\xc3\x9f \xe2\x82\xac" },
};

static void one_line(void **state)
{
	const struct row *row = *state;
	struct err err = { ERR_NONE, "what was there before, and longer than what comes" };

	assert_failed(err_set(&err, ERR_AUTH, "%s", row->text), &err, ERR_AUTH, row->message);
}

static size_t valid_length(const char *text)
{
	struct span rest = span_of(text);

	while (utf8_length(rest)) {
		size_t length = utf8_length(rest);

		rest.data += length;
		rest.length -= length;
	}
	assert_int_equal(rest.length, 0);
	return strlen(text);
}

/* A text of `count` bytes: 'a', then characters of `size` bytes, so that each offset is met. */
static void fill(char *text, size_t count, const char *character, size_t shift)
{
	size_t size = strlen(character);
	size_t at = 0;

	for (; at < shift; at++)
		text[at] = 'a';
	for (; at + size <= count; at += size)
		memcpy(text + at, character, size);
	for (; at < count; at++)
		text[at] = 'z';
	text[at] = '\0';
}

static void is_cut_between_characters(void **state)
{
	static const char *const characters[] = { "b", "\xc3\xbc", "\xe2\x82\xac",
		"\xf0\x9f\x98\x80" };
	char text[ERR_MESSAGE_MAX + 8];
	struct err err = { 0 };
	(void)state;

	for (size_t c = 0; c < COUNT(characters); c++)
		for (size_t shift = 0; shift < 4; shift++)
			for (size_t length = ERR_MESSAGE_MAX - 4; length < ERR_MESSAGE_MAX + 4;
				length++) {
				bool fits = length < ERR_MESSAGE_MAX;

				fill(text, length, characters[c], shift);
				(void)err_set(&err, ERR_REMOTE, "%s", text);
				assert_true(valid_length(err.message) > ERR_MESSAGE_MAX - 8);
				if (fits)
					assert_string_equal(err.message, text);
				else
					assert_true(
						span_ends(span_of(err.message), "\xe2\x80\xa6"));
			}
}

static void bytes_that_are_no_utf8_can_be_cut(void **state)
{
	char text[2 * ERR_MESSAGE_MAX];
	struct err err = { 0 };
	(void)state;

	memset(text, 0x80, sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	(void)err_set(&err, ERR_REMOTE, "%s", text);
	assert_string_equal(err.message, "\xe2\x80\xa6");
}

static void context_goes_in_front(void **state)
{
	struct err err = { 0 };
	(void)state;

	(void)err_set(&err, ERR_MISSING, "does not exist");
	assert_failed(err_wrap(&err, "branch '%s'", "main"), &err, ERR_MISSING,
		"branch 'main': does not exist");
	assert_failed(err_wrap(&err, "https://git.example.com"), &err, ERR_MISSING,
		"https://git.example.com: branch 'main': does not exist");
}

static void long_context_is_cut_like_any_text(void **state)
{
	char text[ERR_MESSAGE_MAX];
	struct err err = { 0 };
	(void)state;

	fill(text, sizeof(text) - 1, "\xe2\x82\xac", 0);
	(void)err_set(&err, ERR_MISSING, "inner");
	(void)err_wrap(&err, "%s%s", text, text);
	assert_true(valid_length(err.message) > ERR_MESSAGE_MAX - 8);
	assert_true(span_ends(span_of(err.message), "\xe2\x80\xa6"));
	(void)err_wrap(&err, "outer");
	assert_true(span_starts(span_of(err.message), "outer: \xe2\x82\xac"));
	(void)valid_length(err.message);
}

static void says_errno_in_words(void **state)
{
	struct err err = { 0 };
	(void)state;

	errno = ENOENT;
	assert_failed(err_errno(&err, "'%s'", "/srv"), &err, ERR_INTERNAL,
		"'/srv': No such file or directory");
}

int main(void)
{
	UNIT_ROWS(one_line, rows);
	UNIT_TEST(is_cut_between_characters);
	UNIT_TEST(bytes_that_are_no_utf8_can_be_cut);
	UNIT_TEST(context_goes_in_front);
	UNIT_TEST(long_context_is_cut_like_any_text);
	UNIT_TEST(says_errno_in_words);
	return unit_run();
}
