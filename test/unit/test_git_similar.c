/* SPDX-License-Identifier: Apache-2.0 */
/* similar: the numbers that `git diff -M --raw` prints for a renamed file, since 2.44 where its last line has no end. */
#include "git/combine/similar.h"
#include "unit.h"

/* A constant, which SPAN_LITERAL is not. */
#define TEXT(text)                       \
	{                                \
		(text), sizeof(text) - 1 \
	}
#define X8 "xxxxxxxx"
#define Y8 "yyyyyyyy"
#define Y64 Y8 Y8 Y8 Y8 Y8 Y8 Y8 Y8

static const struct similarity {
	const char *name;
	struct span from, to;
	int percent;
} similarities[] = {
	{ "the same", TEXT("a\nb\n"), TEXT("a\nb\n"), 100 },
	{ "a line more", TEXT("a\nb\nc\nd\n"), TEXT("a\nb\nc\nd\ne\n"), 80 },
	{ "another order", TEXT("one\ntwo\nthree\n"), TEXT("three\ntwo\none!\n"), 66 },
	{ "half", TEXT("aaaaaaa\nbbbbbbb\n"), TEXT("aaaaaaa\nccccccc\n"), 50 },
	{ "a line twice", TEXT("a\na\nb\n"), TEXT("a\nb\nb\n"), 66 },
	{ "lines of DOS", TEXT("a\r\nb\r\nc\r\nd\r\n"), TEXT("a\nb\nc\nd\n"), 66 },
	{ "CR in a line", TEXT("a\rb\nc\nd\n"), TEXT("a\nb\nc\nd\n"), 50 },
	{ "CR in a binary file", TEXT("\0a\r\nb\r\nc\r\n"), TEXT("\0a\nb\r\nc\r\n"), 60 },
	{ "a long line", TEXT(Y64 X8 X8 "\n"), TEXT(Y64 Y8 Y8 "\n"), 79 },
	{ "too different a length", TEXT("a\nb\nc\n"), TEXT("a\n"), 0 },
	{ "nothing", TEXT("aaa\n"), TEXT("bbb\n"), 0 },
	{ "one is empty", TEXT("a\n"), TEXT(""), 0 },
	{ "both are empty", TEXT(""), TEXT(""), 0 },
	{ "no last line end", TEXT("a\nbb"), TEXT("c\nbb"), 50 },
};

static void is_as_similar(void **state)
{
	const struct similarity *row = *state;
	struct pieces from, to;

	pieces_of(&from, row->from);
	pieces_of(&to, row->to);
	assert_int_equal(similar_score(&from, &to) * 100 / SIMILAR_WHOLE, row->percent);
	assert_int_equal(similar_score(&to, &from) * 100 / SIMILAR_WHOLE, row->percent);
	pieces_release(&from);
	pieces_release(&to);
}

int main(void)
{
	UNIT_ROWS(is_as_similar, similarities);
	return unit_run();
}
