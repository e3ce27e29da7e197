/* SPDX-License-Identifier: Apache-2.0 */
/* utf8, strings, mem and defs: the small ones. */
#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

#include "base/strings.h"
#include "base/utf8.h"

#define FFFD "\xef\xbf\xbd"

static const struct character {
	const char *name;
	const char *bytes;
	size_t length;
} characters[] = {
	{ "ASCII", "a", 1 },
	{ "the last of one byte", "\x7f", 1 },
	{ "the first of two bytes", "\xc2\x80", 2 },
	{ "the last of two bytes", "\xdf\xbf", 2 },
	{ "the first of three bytes", "\xe0\xa0\x80", 3 },
	{ "before the surrogates", "\xed\x9f\xbf", 3 },
	{ "after the surrogates", "\xee\x80\x80", 3 },
	{ "the last of three bytes", "\xef\xbf\xbf", 3 },
	{ "the first of four bytes", "\xf0\x90\x80\x80", 4 },
	{ "the last there is", "\xf4\x8f\xbf\xbf", 4 },
	{ "nothing", "", 0 },
	{ "a continuation first", "\x80", 0 },
	{ "overlong of two bytes", "\xc0\x80", 0 },
	{ "overlong of two bytes, the last", "\xc1\xbf", 0 },
	{ "overlong of three bytes", "\xe0\x9f\xbf", 0 },
	{ "overlong of four bytes", "\xf0\x8f\xbf\xbf", 0 },
	{ "the first surrogate", "\xed\xa0\x80", 0 },
	{ "the last surrogate", "\xed\xbf\xbf", 0 },
	{ "above the last there is", "\xf4\x90\x80\x80", 0 },
	{ "a lead byte above that", "\xf5\x80\x80\x80", 0 },
	{ "a lead byte of five bytes", "\xf8\x88\x80\x80\x80", 0 },
	{ "FE", "\xfe", 0 },
	{ "two bytes, one missing", "\xc3", 0 },
	{ "three bytes, one missing", "\xe2\x82", 0 },
	{ "four bytes, one missing", "\xf0\x9f\x98", 0 },
	{ "second byte is ASCII", "\xc3(", 0 },
	{ "third byte is ASCII", "\xe2\x82(", 0 },
	{ "fourth byte is ASCII", "\xf0\x9f\x98(", 0 },
};

static void character_length(void **state)
{
	const struct character *row = *state;

	assert_int_equal(utf8_length(span_of(row->bytes)), row->length);
}

static const struct clean {
	const char *name;
	struct span text;
	const char *cleaned;
} cleans[] = {
	{ "nothing to do", { "gr\xc3\xbc\xc3\x9f", 6 }, "gr\xc3\xbc\xc3\x9f" },
	{ "empty", { NULL, 0 }, "" },
	{ "NULs go", { "\0a\0\0b\0", 6 }, "ab" },
	{ "each byte that is none",
		{ "a\xff\xfe"
		  "b",
			4 },
		"a" FFFD FFFD "b" },
	{ "cut in the middle of a character", { "a\xe2\x82", 3 }, "a" FFFD FFFD },
	{ "Latin-1", { "caf\xe9 x", 6 }, "caf" FFFD " x" },
	{ "control bytes stay", { "\x01\n", 2 }, "\x01\n" },
};

static void clean(void **state)
{
	const struct clean *row = *state;
	auto_free char *cleaned = utf8_clean(row->text);

	assert_string_equal(cleaned, row->cleaned);
}

static void every_pair_of_bytes_becomes_valid(void **state)
{
	(void)state;
	for (unsigned int pair = 0; pair < 65536; pair++) {
		char bytes[2] = { (char)(unsigned char)(pair >> 8), (char)(unsigned char)pair };
		auto_free char *cleaned = utf8_clean((struct span){ bytes, 2 });
		struct span rest = span_of(cleaned);

		while (rest.length) {
			size_t length = utf8_length(rest);

			assert_true(length > 0);
			rest.data += length;
			rest.length -= length;
		}
	}
}

static void a_list_is_sorted_and_joined(void **state)
{
	static const char *const words[] = { "b", "a", "", "aa", "B", "a" };
	auto_strings struct strings list = { 0 };
	auto_free char *none = strings_join(&list, ",");
	auto_free char *one = NULL, *all = NULL;
	(void)state;

	assert_string_equal(none, "");
	strings_add(&list, span_of("b"));
	strings_sort(&list);
	one = strings_join(&list, ", ");
	assert_string_equal(one, "b");
	for (size_t i = 1; i < COUNT(words); i++)
		strings_add(&list, span_of(words[i]));
	strings_sort(&list);
	all = strings_join(&list, ", ");
	assert_string_equal(all, ", B, a, a, aa, b");
}

static void a_list_owns_copies(void **state)
{
	auto_strings struct strings list = { 0 };
	char text[] = "one";
	(void)state;

	assert_false(strings_have(&list, ""));
	strings_add(&list, span_of(text));
	text[0] = 'x';
	strings_add(&list, (struct span){ "two and more", 3 });
	strings_add(&list, (struct span){ NULL, 0 });
	assert_int_equal(list.count, 3);
	assert_string_equal(list.items[0], "one");
	assert_string_equal(list.items[1], "two");
	assert_true(strings_have(&list, "two"));
	assert_true(strings_have(&list, ""));
	assert_false(strings_have(&list, "tw"));
	strings_release(&list);
	assert_int_equal(list.count, 0);
	assert_null(list.items);
}

static void memory_is_zeroed_and_copied(void **state)
{
	auto_free char *zeroed = mem_alloc(64);
	auto_free char *none = mem_alloc(0);
	auto_free char *copy = mem_copy("a\0b", 3);
	auto_free char *text = mem_format("%s-%d", "x", 42);
	auto_free char *again = mem_copy_string(text);
	(void)state;

	for (size_t i = 0; i < 64; i++)
		assert_int_equal(zeroed[i], 0);
	assert_non_null(none);
	assert_memory_equal(copy, "a\0b", 4);
	assert_string_equal(text, "x-42");
	assert_string_equal(again, "x-42");
	assert_null(mem_copy_string(NULL));
}

/* Out of memory is the one error that ends the program, so it is looked at from outside. */
static void out_of_memory_ends_with_a_line(void **state)
{
	char line[64] = { 0 };
	int fds[2];
	int status;
	pid_t child;
	(void)state;

	assert_int_equal(pipe(fds), 0);
	child = fork();
	if (child == 0) {
		void *memory;

		(void)dup2(fds[1], STDERR_FILENO);
		memory = mem_resize(NULL, SIZE_MAX / 2, 4);
		_exit(memory ? 42 : 43);
	}
	assert_true(child > 0);
	(void)close(fds[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
	assert_true(read(fds[0], line, sizeof(line) - 1) > 0);
	assert_string_equal(line, "out of memory\n");
	(void)close(fds[0]);
}

static void take_leaves_null_behind(void **state)
{
	struct holder {
		char *text;
	} holder = { mem_copy_string("x") };
	auto_free char *text = TAKE(holder.text);
	(void)state;

	assert_null(holder.text);
	assert_string_equal(text, "x");
}

static void a_descriptor_is_closed_with_its_scope(void **state)
{
	int fds[2];
	int seen;
	(void)state;

	assert_int_equal(pipe(fds), 0);
	errno = EDOM;
	{
		auto_fd int first = fds[0];
		auto_fd int second = fds[1];
		auto_fd int none = -1;

		seen = first;
		(void)second;
		(void)none;
	}
	assert_int_equal(errno, EDOM);
	assert_int_equal(fcntl(seen, F_GETFD), -1);
	assert_int_equal(fcntl(fds[1], F_GETFD), -1);
}

int main(void)
{
	UNIT_ROWS(character_length, characters);
	UNIT_ROWS(clean, cleans);
	UNIT_TEST(every_pair_of_bytes_becomes_valid);
	UNIT_TEST(a_list_owns_copies);
	UNIT_TEST(a_list_is_sorted_and_joined);
	UNIT_TEST(memory_is_zeroed_and_copied);
	UNIT_TEST(out_of_memory_ends_with_a_line);
	UNIT_TEST(take_leaves_null_behind);
	UNIT_TEST(a_descriptor_is_closed_with_its_scope);
	return unit_run();
}
