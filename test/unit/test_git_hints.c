/* SPDX-License-Identifier: Apache-2.0 */
/* hints: the text that checks leave for those that come after them, and what is none. */
#include "base/digest.h"
#include "base/limits.h"
#include "git/history/hints.h"
#include "unit.h"

#define HEADING "build-service-resource hints 1\n"
#define KEY "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define OTHER "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define V "1111111111111111111111111111111111111111"
#define E "2222222222222222222222222222222222222222"

static struct oid oid_of(const char *hex)
{
	struct oid oid = { 0 };

	assert_true(!*hex || oid_parse(span_of(hex), &oid));
	return oid;
}

static struct hint_line line_of(const char *key, const char *version, const char *examined)
{
	struct hint_line line = { .version = oid_of(version), .examined = oid_of(examined) };

	memcpy(line.key, key, HINT_KEY + 1);
	return line;
}

static const struct text {
	const char *name;
	const char *body; /* its checksum follows */
	bool good;
	size_t count;
} texts[] = {
	{ "no line", HEADING, true, 0 },
	{ "one line", HEADING KEY " " V " " E "\n", true, 1 },
	{ "of no version", HEADING KEY " " OID_ZERO " " E "\n", true, 1 },
	{ "two lines", HEADING KEY " " V " " E "\n" OTHER " " V " " E "\n", true, 2 },
	{ "another program's", "hello\n", false, 0 },
	{ "a later format", "build-service-resource hints 2\n" KEY " " V " " E "\n", false, 0 },
	{ "nothing was examined", HEADING KEY " " V " " OID_ZERO "\n", false, 0 },
	{ "a key too short", HEADING "aaaa " V " " E "\n", false, 0 },
	{ "no line end", HEADING KEY " " V " " E, false, 0 },
	{ "more words", HEADING KEY " " V " " E " x\n", false, 0 },
	{ "an empty line", HEADING "\n", false, 0 },
};

/* With the checksum behind it. */
static void sum_up(struct buf *text)
{
	unsigned char digest[DIGEST_SHA256_SIZE];
	char hex[2 * DIGEST_SHA256_SIZE + 1];
	struct err err = { 0 };

	assert_int_equal(digest_sha256(buf_span(text), digest, &err), 0);
	digest_hex(digest, sizeof(digest), hex);
	assert_int_equal(buf_format(text, "%s\n", hex), 0);
}

static void parse(void **state)
{
	const struct text *row = *state;
	auto_buf struct buf text = BUF(LIMIT_HINTS);
	struct hints hints = { .count = 7 };

	assert_int_equal(buf_add_string(&text, row->body), 0);
	sum_up(&text);
	assert_int_equal(hints_parse(&hints, buf_span(&text)), row->good);
	assert_int_equal(hints.count, row->good ? row->count : 7);
}

static void a_text_with_too_many_lines(void **state)
{
	auto_buf struct buf text = BUF(LIMIT_HINTS);
	struct hints hints = { 0 };

	(void)state;
	assert_int_equal(buf_add_string(&text, HEADING), 0);
	for (size_t i = 0; i <= HINTS_MAX; i++)
		assert_int_equal(buf_format(&text, "%064zx " V " " E "\n", i), 0);
	sum_up(&text);
	assert_false(hints_parse(&hints, buf_span(&text)));
}

/* Cut anywhere, or with any byte changed, it holds nothing. */
static void a_damaged_text(void **state)
{
	const struct hint_line line = line_of(KEY, V, E);
	auto_buf struct buf text = BUF(LIMIT_HINTS);
	struct hints hints = { 0 }, found = { 0 };
	struct err err = { 0 };

	(void)state;
	hints_put(&hints, &line);
	assert_int_equal(hints_format(&hints, &text, &err), 0);
	assert_true(hints_parse(&found, buf_span(&text)));
	assert_string_equal(hints_find(&found, KEY, &line.version)->hex, E);
	for (size_t i = 0; i < text.length; i++) {
		assert_false(hints_parse(&found, (struct span){ text.data, i }));
		text.data[i] ^= 1;
		assert_false(hints_parse(&found, buf_span(&text)));
		text.data[i] ^= 1;
	}
}

static void a_key_has_one_version(void **state)
{
	const struct hint_line first = line_of(KEY, V, E), second = line_of(KEY, E, V),
			       none = line_of(OTHER, "", E);
	struct hints hints = { 0 };

	(void)state;
	hints_put(&hints, &first);
	hints_put(&hints, &none);
	assert_string_equal(hints_find(&hints, KEY, &first.version)->hex, E);
	assert_null(hints_find(&hints, KEY, &second.version));
	assert_null(hints_find(&hints, KEY, &none.version));
	assert_string_equal(hints_find(&hints, OTHER, &none.version)->hex, E);
	assert_null(hints_find(&hints, OTHER, &first.version));
	hints_put(&hints, &second);
	assert_int_equal(hints.count, 2);
	assert_null(hints_find(&hints, KEY, &first.version));
	assert_string_equal(hints_find(&hints, KEY, &second.version)->hex, V);
}

static void the_oldest_make_room(void **state)
{
	struct hint_line line = line_of(KEY, V, E);
	auto_buf struct buf text = BUF(LIMIT_HINTS);
	struct hints hints = { 0 };
	struct err err = { 0 };

	(void)state;
	for (char c = 'a'; c < 'a' + HINTS_MAX + 3; c++) {
		line.key[0] = c;
		hints_put(&hints, &line);
	}
	assert_int_equal(hints.count, HINTS_MAX);
	line.key[0] = 'c';
	assert_null(hints_find(&hints, line.key, &line.version));
	line.key[0] = 'd';
	assert_non_null(hints_find(&hints, line.key, &line.version));
	assert_int_equal(hints_format(&hints, &text, &err), 0);
}

int main(void)
{
	UNIT_ROWS(parse, texts);
	UNIT_TEST(a_text_with_too_many_lines);
	UNIT_TEST(a_damaged_text);
	UNIT_TEST(a_key_has_one_version);
	UNIT_TEST(the_oldest_make_room);
	return unit_run();
}
