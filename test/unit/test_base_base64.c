/* SPDX-License-Identifier: Apache-2.0 */
/* base64: both ways, and what is not base64. */
#include "unit.h"

#include "base/base64.h"

static const struct row {
	const char *name;
	const char *bytes; /* NULL: the text must be refused */
	const char *text;
	bool only_decoded; /* encoding gives another text for the same bytes */
} rows[] = {
	{ "nothing", "", "", false },
	{ "one byte", "f", "Zg==", false },
	{ "two bytes", "fo", "Zm8=", false },
	{ "three bytes", "foo", "Zm9v", false },
	{ "four bytes", "foob", "Zm9vYg==", false },
	{ "high bytes", "\xff\xfb\xbe", "//u+", false },
	{ "without padding, one byte", "f", "Zg", true },
	{ "without padding, two bytes", "fo", "Zm8", true },
	{ "in lines", "foobar", "Zm9v\nYmFy\r\n", true },
	{ "padding in two lines", "f", "Zg=\n=", true },
	{ "a digit alone", NULL, "Zm9vY", false },
	{ "padding alone", NULL, "====", false },
	{ "too little padding", NULL, "Zg=", false },
	{ "too much padding", NULL, "Zm8==", false },
	{ "padding in the middle", NULL, "Zg==Zg==", false },
	{ "padding after whole groups", NULL, "Zm9v=", false },
	{ "the other alphabet", NULL, "_-__", false },
};

static void decode(void **state)
{
	const struct row *row = *state;
	auto_buf struct buf bytes = BUF(64);

	assert_int_equal(buf_add_string(&bytes, "before"), 0);
	assert_int_equal(base64_decode(span_of(row->text), &bytes), row->bytes != NULL);
	assert_int_equal(bytes.length, 6 + (row->bytes ? strlen(row->bytes) : 0));
	assert_string_equal(bytes.data + 6, row->bytes ? row->bytes : "");
}

static void encode(void **state)
{
	const struct row *row = *state;
	auto_buf struct buf text = BUF(64);

	if (!row->bytes || row->only_decoded)
		return;
	assert_true(base64_encode(span_of(row->bytes), true, &text));
	assert_span_is(buf_span(&text), row->text);
}

static void without_padding(void **state)
{
	auto_buf struct buf text = BUF(64);

	(void)state;
	assert_true(base64_encode(SPAN_LITERAL("fo"), false, &text));
	assert_string_equal(text.data, "Zm8");
}

static void a_full_buffer_is_an_error(void **state)
{
	auto_buf struct buf small = BUF(2);

	(void)state;
	assert_false(base64_decode(SPAN_LITERAL("Zm9v"), &small));
	assert_false(base64_encode(SPAN_LITERAL("foo"), true, &small));
	assert_int_equal(small.length, 0);
}

static void every_byte_survives(void **state)
{
	auto_buf struct buf text = BUF(1024);
	auto_buf struct buf back = BUF(1024);
	char bytes[256];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)i;
	assert_true(base64_encode((struct span){ bytes, sizeof(bytes) }, true, &text));
	assert_true(base64_decode(buf_span(&text), &back));
	assert_int_equal(back.length, sizeof(bytes));
	assert_memory_equal(back.data, bytes, sizeof(bytes));
}

int main(void)
{
	UNIT_ROWS(decode, rows);
	UNIT_ROWS(encode, rows);
	UNIT_TEST(without_padding);
	UNIT_TEST(a_full_buffer_is_an_error);
	UNIT_TEST(every_byte_survives);
	return unit_run();
}
