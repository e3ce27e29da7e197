/* SPDX-License-Identifier: Apache-2.0 */
/* yaml: what becomes of a document, and where it is refused. */
#include "unit.h"

#include "base/buf.h"
#include "base/limits.h"
#include "kube/yaml.h"

static const struct document {
	const char *name;
	const char *yaml;
	const char *json; /* NULL: refused */
	const char *message;
} documents[] = {
	{ "a map", "a: b\nc: d\n", "{\"a\":\"b\",\"c\":\"d\"}", NULL },
	{ "a list of maps", "- a: 1\n- b: 2\n", "[{\"a\":\"1\"},{\"b\":\"2\"}]", NULL },
	{ "JSON", "{\"a\": [1, true, null]}", "{\"a\":[\"1\",true,null]}", NULL },
	{ "JSON with tabs", "{\n\t\"a\": \"b\"\n}\n", "{\"a\":\"b\"}", NULL },
	{ "numbers stay as they are", "a: 012\nb: 1e3\n", "{\"a\":\"012\",\"b\":\"1e3\"}", NULL },
	{ "yes and no are texts", "a: yes\nb: off\n", "{\"a\":\"yes\",\"b\":\"off\"}", NULL },
	{ "booleans", "a: true\nb: False\n", "{\"a\":true,\"b\":false}", NULL },
	{ "nulls", "a:\nb: ~\nc: null\n", "{\"a\":null,\"b\":null,\"c\":null}", NULL },
	{ "quoted words are texts", "a: 'true'\nb: \"null\"\n", "{\"a\":\"true\",\"b\":\"null\"}",
		NULL },
	{ "tagged words are texts", "a: !!str true\n", "{\"a\":\"true\"}", NULL },
	{ "a block", "a: |\n  x\n  y\n", "{\"a\":\"x\\ny\\n\"}", NULL },
	{ "a folded block", "a: >-\n  x\n  y\n", "{\"a\":\"x y\"}", NULL },
	{ "escapes", "a: \"\\u00e9\\n\"\n", "{\"a\":\"\xc3\xa9\\n\"}", NULL },
	{ "a document with markers", "---\na: b\n...\n", "{\"a\":\"b\"}", NULL },
	{ "comments", "# c\na: b # d\n", "{\"a\":\"b\"}", NULL },
	{ "an anchor alone", "a: &x b\n", "{\"a\":\"b\"}", NULL },
	{ "nothing", "", NULL, "is empty (line 1, column 1)" },
	{ "a comment alone", "# x\n", NULL, "is empty (line 2, column 1)" },
	{ "an alias", "a: &x b\nc: *x\n", NULL,
		"aliases are not taken: write the value out (line 2, column 4)" },
	{ "an alias as a key", "a: &x b\n*x : c\n", NULL,
		"aliases are not taken: write the value out (line 2, column 1)" },
	{ "a key twice", "a: b\na: secret\n", NULL, "a key is there twice (line 2, column 1)" },
	{ "a list as a key", "? [a]\n: b\n", NULL, "a key must be a text (line 1, column 3)" },
	{ "two documents", "a: b\n---\nc: d\n", NULL,
		"must be a single YAML document (line 2, column 1)" },
	{ "a bracket that is not closed", "a: [secret\n", NULL,
		"is not valid YAML: did not find expected ',' or ']' (line 2, column 1)" },
	{ "a tab as indentation", "a:\n\tb: secret\n", NULL,
		"is not valid YAML: found character that cannot start any token (line 2, column 1)" },
	{ "what is not UTF-8", "a: \xff\n", NULL,
		"is not valid YAML: invalid leading UTF-8 octet (byte 3)" },
	{ "a NUL in a key", "\"a\\0b\": c\n", NULL, "a key must be a text (line 1, column 1)" },
};

static void loads(void **state)
{
	const struct document *row = *state;
	struct err err = { 0 };
	json_auto_t *tree = yaml_load(span_of(row->yaml), &err);
	auto_free char *json = tree ? json_dumps(tree, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;

	if (row->json) {
		assert_string_equal(json ? json : err.message, row->json);
		return;
	}
	assert_null(tree);
	assert_int_equal(err.kind, ERR_CONFIG);
	assert_string_equal(err.message, row->message);
}

static void depth_is_bounded(void **state)
{
	struct err err = { 0 };
	auto_buf struct buf text = BUF(1 * KIB);
	json_auto_t *tree = NULL;

	(void)state;
	for (int i = 0; i < LIMIT_YAML_DEPTH; i++)
		assert_int_equal(buf_add_string(&text, "["), 0);
	for (int i = 0; i < LIMIT_YAML_DEPTH; i++)
		assert_int_equal(buf_add_string(&text, "]"), 0);
	tree = yaml_load(buf_span(&text), &err);
	assert_non_null(tree);
	buf_clear(&text);
	for (int i = 0; i <= LIMIT_YAML_DEPTH; i++)
		assert_int_equal(buf_add_string(&text, "["), 0);
	assert_null(yaml_load(buf_span(&text), &err));
	assert_string_equal(err.message, "is nested too deeply (line 1, column 33)");
}

static void size_is_bounded(void **state)
{
	struct err err = { 0 };
	auto_free char *text = mem_alloc(LIMIT_YAML + 1);

	(void)state;
	memset(text, 'a', LIMIT_YAML + 1);
	assert_null(yaml_load((struct span){ text, LIMIT_YAML + 1 }, &err));
	assert_string_equal(err.message, "is larger than 1048576 bytes");
}

int main(void)
{
	UNIT_ROWS(loads, documents);
	UNIT_TEST(depth_is_bounded);
	UNIT_TEST(size_is_bounded);
	return unit_run();
}
