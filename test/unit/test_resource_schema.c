/* SPDX-License-Identifier: Apache-2.0 */
/* schema: each type and each value that it may be given, and the exact words of a refusal. */
#include "unit.h"

#include "base/log.h"
#include "resource/describe.h"
#include "resource/schema.h"

struct thing {
	char *name;
	char *label;
	struct secret *token;
	bool on;
	bool off;
	int64_t depth;
	struct strings paths;
	json_t *tree;
	struct part *part;
};

struct part {
	char *region;
	struct secret *key;
	bool on;
	struct part *inner;
};

static const struct field inner_fields[] = {
	STRING(part, region, REQUIRED, "a string"),
	END_OF_FIELDS,
};

static const struct field part_fields[] = {
	STRING(part, region, REQUIRED, "a string"),
	SECRET(part, key, OPTIONAL, "a secret"),
	BOOL(part, on, true, "a switch that is on"),
	OBJECT(part, inner, part, inner_fields, "a map in a map"),
	END_OF_FIELDS,
};

static const struct field fields[] = {
	STRING(thing, name, OPTIONAL, "a string"),
	SECRET(thing, token, OPTIONAL, "a secret"),
	BOOL(thing, on, true, "a switch that is on"),
	BOOL(thing, off, false, "a switch that is off"),
	NUMBER(thing, depth, 7, 1, "a number of at least 1"),
	STRINGS(thing, paths, "strings"),
	TREE(thing, tree, OPTIONAL, "nested YAML"),
	OBJECT(thing, part, part, part_fields, "a map"),
	END_OF_FIELDS,
};

static const struct field needed[] = {
	STRING(thing, name, REQUIRED, "a string"),
	SECRET(thing, token, REQUIRED, "a secret"),
	TREE(thing, tree, REQUIRED, "nested YAML"),
	END_OF_FIELDS,
};

static json_t *parse_json(const char *text)
{
	json_t *json = json_loads(text, JSON_DECODE_ANY, NULL);

	assert_non_null(json);
	return json;
}

#define NOT_WHOLE "source.depth: must be a whole number"

static const struct refusal {
	const char *name;
	const struct field *fields;
	const char *json;
	const char *message;
} refusals[] = {
	{ "not a map", fields, "[]", "source: must be a map" },
	{ "a text for a map", fields, "\"x\"", "source: must be a map" },
	{ "string, number", fields, "{\"name\":1.10}",
		"source.name: must be a string (quote it in YAML)" },
	{ "string, whole number", fields, "{\"name\":10}",
		"source.name: must be a string (quote it in YAML)" },
	{ "string, boolean", fields, "{\"name\":true}",
		"source.name: must be a string (quote it in YAML)" },
	{ "string, list", fields, "{\"name\":[\"x\"]}", "source.name: must be a string" },
	{ "string, map", fields, "{\"name\":{}}", "source.name: must be a string" },
	{ "secret, number", fields, "{\"token\":123456}",
		"source.token: must be a string (quote it in YAML)" },
	{ "secret, map", fields, "{\"token\":{\"a\":\"b\"}}", "source.token: must be a string" },
	{ "boolean, number", fields, "{\"on\":1}", "source.on: must be true or false" },
	{ "boolean, other text", fields, "{\"on\":\"yes\"}", "source.on: must be true or false" },
	{ "boolean, empty text", fields, "{\"on\":\"\"}", "source.on: must be true or false" },
	{ "boolean, list", fields, "{\"on\":[true]}", "source.on: must be true or false" },
	{ "number, fraction", fields, "{\"depth\":1.5}", NOT_WHOLE },
	{ "number, text", fields, "{\"depth\":\"many\"}", NOT_WHOLE },
	{ "number, empty text", fields, "{\"depth\":\"\"}", NOT_WHOLE },
	{ "number, text with more behind", fields, "{\"depth\":\"3 \"}", NOT_WHOLE },
	{ "number, minus alone", fields, "{\"depth\":\"-\"}", NOT_WHOLE },
	{ "number, text too large", fields, "{\"depth\":\"9223372036854775808\"}", NOT_WHOLE },
	{ "number, too large for its digits to count", fields, "{\"depth\":1e300}", NOT_WHOLE },
	{ "number, boolean", fields, "{\"depth\":true}", NOT_WHOLE },
	{ "number, too small", fields, "{\"depth\":0}", "source.depth: must be at least 1" },
	{ "number, negative text", fields, "{\"depth\":\"-3\"}",
		"source.depth: must be at least 1" },
	{ "list, number", fields, "{\"paths\":5}", "source.paths: must be a list of strings" },
	{ "list, map", fields, "{\"paths\":{}}", "source.paths: must be a list of strings" },
	{ "list of a number", fields, "{\"paths\":[\"a\",1]}",
		"source.paths[1]: must be a string (quote it in YAML)" },
	{ "list of a map", fields, "{\"paths\":[{}]}", "source.paths[0]: must be a string" },
	{ "list of a list", fields, "{\"paths\":[[]]}", "source.paths[0]: must be a string" },
	{ "list of null", fields, "{\"paths\":[null]}", "source.paths[0]: must be a string" },
	{ "tree, number", fields, "{\"tree\":1}", "source.tree: must be text or a YAML map" },
	{ "tree, list", fields, "{\"tree\":[]}", "source.tree: must be text or a YAML map" },
	{ "object, text", fields, "{\"part\":\"x\"}", "source.part: must be a map" },
	{ "object, list", fields, "{\"part\":[]}", "source.part: must be a map" },
	{ "object, number", fields, "{\"part\":0}", "source.part: must be a map" },
	{ "object, its required key", fields, "{\"part\":{}}", "source.part.region: is required" },
	{ "object, wrong type in it", fields, "{\"part\":{\"region\":1}}",
		"source.part.region: must be a string (quote it in YAML)" },
	{ "object, wrong type behind a secret", fields,
		"{\"part\":{\"region\":\"x\",\"key\":\"y\",\"on\":1}}",
		"source.part.on: must be true or false" },
	{ "object, unknown key in it", fields, "{\"part\":{\"region\":\"x\",\"regoin\":\"y\"}}",
		"source.part.regoin: is not a known key, did you mean 'region'?" },
	{ "object in an object", fields, "{\"part\":{\"region\":\"x\",\"inner\":{\"a\":1}}}",
		"source.part.inner.a: is not a known key" },
	{ "required, absent", needed, "{}", "source.name: is required" },
	{ "required, null", needed, "{\"name\":null}", "source.name: is required" },
	{ "required, empty", needed, "{\"name\":\"\"}",
		"source.name: is required and must not be empty" },
	{ "required, of no map at all", needed, "null", "source.name: is required" },
	{ "required secret, absent", needed, "{\"name\":\"x\"}", "source.token: is required" },
	{ "required secret, empty", needed, "{\"name\":\"x\",\"token\":\"\"}",
		"source.token: is required and must not be empty" },
	{ "required tree, absent", needed, "{\"name\":\"x\",\"token\":\"y\"}",
		"source.tree: is required" },
	{ "unknown, a letter short", fields, "{\"nam\":\"x\"}",
		"source.nam: is not a known key, did you mean 'name'?" },
	{ "unknown, a letter more", fields, "{\"tokenn\":\"x\"}",
		"source.tokenn: is not a known key, did you mean 'token'?" },
	{ "unknown, other case", fields, "{\"Paths\":\"x\"}",
		"source.Paths: is not a known key, did you mean 'paths'?" },
	{ "unknown, letters swapped", fields, "{\"detph\":1}",
		"source.detph: is not a known key, did you mean 'depth'?" },
	{ "unknown, like nothing", fields, "{\"insecure\":true}",
		"source.insecure: is not a known key" },
	{ "unknown, empty", fields, "{\"\":1}", "source.: is not a known key" },
	{ "unknown, even if null", fields, "{\"insecure\":null}",
		"source.insecure: is not a known key" },
	{ "unknown before wrong types", fields, "{\"name\":1,\"insecure\":1}",
		"source.insecure: is not a known key" },
	{ "unknown, longer than any name", fields,
		"{\"nameeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee\":1}",
		"source.nameeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee: "
		"is not a known key" },
};

static void refuse(void **state)
{
	const struct refusal *row = *state;
	json_auto_t *json = parse_json(row->json);
	struct thing thing = { 0 };
	struct err err = { 0 };

	assert_failed(schema_parse(row->fields, UNKNOWN_REFUSED, "source", json, &thing, &err),
		&err, ERR_CONFIG, row->message);
	schema_release(row->fields, &thing);
}

static const struct boolean {
	const char *name;
	const char *json;
	bool on;
	bool off;
} booleans[] = {
	{ "absent", "{}", true, false },
	{ "null", "{\"on\":null,\"off\":null}", true, false },
	{ "booleans", "{\"on\":false,\"off\":true}", false, true },
	{ "the same as unset", "{\"on\":true,\"off\":false}", true, false },
	{ "texts", "{\"on\":\"false\",\"off\":\"true\"}", false, true },
	{ "texts in other cases", "{\"on\":\"FALSE\",\"off\":\"True\"}", false, true },
};

static void take_boolean(void **state)
{
	const struct boolean *row = *state;
	json_auto_t *json = parse_json(row->json);
	struct thing thing = { 0 };
	struct err err = { 0 };

	assert_int_equal(schema_parse(fields, UNKNOWN_REFUSED, "source", json, &thing, &err), 0);
	assert_int_equal(thing.on, row->on);
	assert_int_equal(thing.off, row->off);
	schema_release(fields, &thing);
}

static const struct number {
	const char *name;
	const char *json;
	int64_t depth;
} numbers[] = {
	{ "absent", "{}", 7 },
	{ "null", "{\"depth\":null}", 7 },
	{ "the smallest that may be", "{\"depth\":1}", 1 },
	{ "the largest that there is", "{\"depth\":9223372036854775807}", INT64_MAX },
	{ "text", "{\"depth\":\"12\"}", 12 },
	{ "text, the largest that there is", "{\"depth\":\"9223372036854775807\"}", INT64_MAX },
	{ "text with zeros in front", "{\"depth\":\"010\"}", 10 },
	{ "with an exponent", "{\"depth\":1e3}", 1000 },
	{ "with a fraction of nothing", "{\"depth\":12.0}", 12 },
};

static void take_number(void **state)
{
	const struct number *row = *state;
	json_auto_t *json = parse_json(row->json);
	struct thing thing = { 0 };
	struct err err = { 0 };

	assert_int_equal(schema_parse(fields, UNKNOWN_REFUSED, "source", json, &thing, &err), 0);
	assert_true(thing.depth == row->depth);
	schema_release(fields, &thing);
}

static const struct list_row {
	const char *name;
	const char *json;
	size_t count;
	const char *first;
} lists[] = {
	{ "absent", "{}", 0, NULL },
	{ "null", "{\"paths\":null}", 0, NULL },
	{ "empty", "{\"paths\":[]}", 0, NULL },
	{ "two", "{\"paths\":[\"a\",\"b\"]}", 2, "a" },
	{ "a text is a list of one", "{\"paths\":\"a b\"}", 1, "a b" },
	{ "an empty text is one as well", "{\"paths\":\"\"}", 1, "" },
};

static void take_list(void **state)
{
	const struct list_row *row = *state;
	json_auto_t *json = parse_json(row->json);
	struct thing thing = { 0 };
	struct err err = { 0 };

	assert_int_equal(schema_parse(fields, UNKNOWN_REFUSED, "source", json, &thing, &err), 0);
	assert_int_equal(thing.paths.count, row->count);
	if (row->first)
		assert_string_equal(thing.paths.items[0], row->first);
	schema_release(fields, &thing);
	assert_int_equal(thing.paths.count, 0);
}

static void texts_secrets_and_trees_are_kept(void **state)
{
	json_t *json = parse_json("{\"name\":\"gr\\u00fc\\u00df <&>\",\"token\":\"hunter2\","
				  "\"tree\":{\"users\":[1]}}");
	struct thing thing = { 0 };
	struct err err = { 0 };
	(void)state;

	assert_int_equal(schema_parse(fields, UNKNOWN_REFUSED, "source", json, &thing, &err), 0);
	json_decref(json); /* nothing that was parsed is borrowed from it */
	assert_string_equal(thing.name, "gr\xc3\xbc\xc3\x9f <&>");
	assert_string_equal(secret_reveal(thing.token), "hunter2");
	assert_int_equal(json_array_size(json_object_get(thing.tree, "users")), 1);
	assert_null(thing.label);
	schema_release(fields, &thing);
	assert_null(thing.name);
	assert_null(thing.token);
	assert_null(thing.tree);
	schema_release(fields, &thing);
	log_release();
}

static void objects_are_filled_by_their_own_table(void **state)
{
	json_t *json = parse_json("{\"part\":{\"region\":\"eu\",\"key\":\"hunter2\","
				  "\"inner\":{\"region\":\"us\"}}}");
	struct thing thing = { 0 };
	struct err err = { 0 };
	(void)state;

	assert_int_equal(schema_parse(fields, UNKNOWN_REFUSED, "source", json, &thing, &err), 0);
	json_decref(json);
	assert_string_equal(thing.part->region, "eu");
	assert_string_equal(secret_reveal(thing.part->key), "hunter2");
	assert_true(thing.part->on);
	assert_string_equal(thing.part->inner->region, "us");
	schema_release(fields, &thing);
	assert_null(thing.part);
	log_release();
}

static void an_object_may_be_absent_or_null(void **state)
{
	json_auto_t *json = parse_json("{\"part\":null}");
	struct thing thing = { 0 };
	struct err err = { 0 };
	(void)state;

	assert_int_equal(schema_parse(fields, UNKNOWN_REFUSED, "source", NULL, &thing, &err), 0);
	assert_null(thing.part);
	assert_int_equal(schema_parse(fields, UNKNOWN_REFUSED, "source", json, &thing, &err), 0);
	assert_null(thing.part);
	schema_release(fields, &thing);
}

static void an_object_is_described_with_its_keys(void **state)
{
	const struct kind kind = { .name = "k", .source = fields };
	json_auto_t *schema = describe_kinds("check", &kind, 1);
	json_t *part = json_array_get(json_object_get(schema, "oneOf"), 0);
	json_t *properties;
	(void)state;

	for (const char *const *step =
			(const char *const[]){ "properties", "source", "properties", "part", NULL };
		*step; step++)
		part = json_object_get(part, *step);
	properties = json_object_get(part, "properties");
	assert_string_equal(json_string_value(json_object_get(part, "type")), "object");
	assert_string_equal(json_string_value(json_object_get(part, "description")), "a map");
	assert_true(json_is_false(json_object_get(part, "additionalProperties")));
	assert_string_equal(
		json_string_value(json_array_get(json_object_get(part, "required"), 0)), "region");
	assert_true(json_is_true(json_object_get(json_object_get(properties, "key"), "writeOnly")));
	assert_non_null(json_object_get(
		json_object_get(json_object_get(properties, "inner"), "properties"), "region"));
}

static void a_tree_may_be_text(void **state)
{
	json_auto_t *json = parse_json(
		"{\"tree\":\"apiVersion: v1\\n\",\"name\":\"\",\"token\":\"\"}");
	struct thing thing = { 0 };
	struct err err = { 0 };
	(void)state;

	assert_int_equal(schema_parse(fields, UNKNOWN_REFUSED, "source", json, &thing, &err), 0);
	assert_string_equal(json_string_value(thing.tree), "apiVersion: v1\n");
	assert_string_equal(thing.name, "");
	assert_null(thing.token); /* an empty secret is none */
	schema_release(fields, &thing);
}

static void nothing_at_all_gives_the_defaults(void **state)
{
	struct thing thing = { 0 };
	struct err err = { 0 };
	(void)state;

	assert_int_equal(schema_parse(fields, UNKNOWN_REFUSED, "source", NULL, &thing, &err), 0);
	assert_true(thing.on);
	assert_true(thing.depth == 7);
	assert_int_equal(
		schema_parse(fields, UNKNOWN_REFUSED, "source", json_null(), &thing, &err), 0);
	schema_release(fields, &thing);
}

static void unknown_keys_can_be_ignored(void **state)
{
	json_auto_t *json = parse_json("{\"date\":\"x\",\"name\":\"y\"}");
	struct thing thing = { 0 };
	struct err err = { 0 };
	(void)state;

	assert_int_equal(schema_parse(fields, UNKNOWN_IGNORED, "version", json, &thing, &err), 0);
	assert_string_equal(thing.name, "y");
	schema_release(fields, &thing);
}

static void finds_and_counts_its_keys(void **state)
{
	json_auto_t *json = parse_json("{\"name\":1,\"paths\":null,\"other\":2,\"on\":3}");
	(void)state;

	assert_string_equal(schema_find(fields, "depth")->what, "a number of at least 1");
	assert_null(schema_find(fields, "dept"));
	assert_null(schema_find(fields, ""));
	assert_int_equal(schema_count_known(fields, json), 2);
	assert_int_equal(schema_count_known(fields, NULL), 0);
}

int main(void)
{
	UNIT_ROWS(refuse, refusals);
	UNIT_ROWS(take_boolean, booleans);
	UNIT_ROWS(take_number, numbers);
	UNIT_ROWS(take_list, lists);
	UNIT_TEST(texts_secrets_and_trees_are_kept);
	UNIT_TEST(objects_are_filled_by_their_own_table);
	UNIT_TEST(an_object_may_be_absent_or_null);
	UNIT_TEST(an_object_is_described_with_its_keys);
	UNIT_TEST(a_tree_may_be_text);
	UNIT_TEST(nothing_at_all_gives_the_defaults);
	UNIT_TEST(unknown_keys_can_be_ignored);
	UNIT_TEST(finds_and_counts_its_keys);
	return unit_run();
}
