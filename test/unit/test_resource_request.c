/* SPDX-License-Identifier: Apache-2.0 */
/* request: which kind is meant, what a version may be, and the exact words of a refusal. */
#include "unit.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/log.h"
#include "resource/request.h"

struct tree_source {
	char *uri;
	char *branch;
	struct secret *password;
	bool debug;
};

struct box_source {
	char *image;
	char *namespace;
};

struct params {
	char *file;
	bool debug;
};

struct version {
	char *ref;
};

static const struct field tree_fields[] = {
	STRING(tree_source, uri, REQUIRED, ""),
	STRING(tree_source, branch, OPTIONAL, ""),
	SECRET(tree_source, password, OPTIONAL, ""),
	BOOL(tree_source, debug, false, ""),
	END_OF_FIELDS,
};

static const struct field box_fields[] = {
	STRING(box_source, image, REQUIRED, ""),
	STRING(box_source, namespace, OPTIONAL, ""),
	END_OF_FIELDS,
};

static const struct field params_fields[] = {
	STRING(params, file, OPTIONAL, ""),
	BOOL(params, debug, false, ""),
	END_OF_FIELDS,
};

static const struct field version_fields[] = {
	STRING(version, ref, REQUIRED, ""),
	END_OF_FIELDS,
};

static const struct kind kinds[] = {
	{
		.name = "tree",
		.chosen_by = "uri",
		.source = tree_fields,
		.source_size = sizeof(struct tree_source),
		.params = params_fields,
		.params_size = sizeof(struct params),
		.version = version_fields,
		.version_size = sizeof(struct version),
	},
	{
		.name = "box",
		.chosen_by = "image",
		.source = box_fields,
		.source_size = sizeof(struct box_source),
	},
};

static int parse(struct request *request, const char *text, struct err *err)
{
	return request_parse(request, kinds, COUNT(kinds), span_of(text), err);
}

static const struct refusal {
	const char *name;
	const char *text;
	const char *message;
} refusals[] = {
	{ "nothing", "", "stdin: is empty, a request in JSON must be there" },
	{ "white space", " \r\n\t", "stdin: is empty, a request in JSON must be there" },
	{ "no JSON", "source: {}", "stdin: is not valid JSON (line 1, column 6)" },
	{ "cut", "{\"source\":\n {\"uri\"", "stdin: is not valid JSON (line 2, column 7)" },
	{ "a value of no JSON", "{\"source\": hunter2}",
		"stdin: is not valid JSON (line 1, column 17)" },
	{ "more behind it", "{} {}", "stdin: is not valid JSON (line 1, column 4)" },
	{ "invalid UTF-8", "{\"source\":\"\xff\"}",
		"stdin: is not valid JSON (line 1, column 11)" },
	{ "a NUL in a text", "{\"source\":{\"uri\":\"a\\u0000b\"}}",
		"stdin: is not valid JSON (line 1, column 27)" },
	{ "a list", "[1]", "stdin: must be a JSON object" },
	{ "a text", "\"x\"", "stdin: is not valid JSON (line 1, column 3)" },
	{ "a key twice", "{\"source\":{\"uri\":\"a\",\"uri\":\"b\"}}",
		"stdin: holds a key twice (line 1, column 26)" },
	{ "no source", "{}", "source: must hold 'uri' (tree) or 'image' (box)" },
	{ "source is null", "{\"source\":null}",
		"source: must hold 'uri' (tree) or 'image' (box)" },
	{ "source is empty", "{\"source\":{}}", "source: must hold 'uri' (tree) or 'image' (box)" },
	{ "source of strange keys", "{\"source\":{\"url\":\"x\"}}",
		"source: must hold 'uri' (tree) or 'image' (box)" },
	{ "the key that chooses is null", "{\"source\":{\"uri\":null}}",
		"source: must hold 'uri' (tree) or 'image' (box)" },
	{ "source is a text", "{\"source\":\"uri\"}", "source: must be a map" },
	{ "source is a list", "{\"source\":[]}", "source: must be a map" },
	{ "both kinds", "{\"source\":{\"image\":\"a\",\"uri\":\"b\"}}",
		"source: holds both 'uri' and 'image', choose one" },
	{ "keys of the first kind only", "{\"source\":{\"branch\":\"a\"}}",
		"source.uri: is required" },
	{ "keys of the second kind only", "{\"source\":{\"namespace\":\"a\"}}",
		"source.image: is required" },
	{ "an unknown key", "{\"source\":{\"uri\":\"a\",\"brunch\":\"b\"}}",
		"source.brunch: is not a known key, did you mean 'branch'?" },
	{ "a key of the other kind", "{\"source\":{\"uri\":\"a\",\"namespace\":\"b\"}}",
		"source.namespace: is not a known key" },
	{ "params is a list", "{\"source\":{\"uri\":\"a\"},\"params\":[]}",
		"params: must be a map" },
	{ "an unknown param", "{\"source\":{\"uri\":\"a\"},\"params\":{\"fil\":\"x\"}}",
		"params.fil: is not a known key, did you mean 'file'?" },
	{ "version is a text", "{\"source\":{\"uri\":\"a\"},\"version\":\"abc\"}",
		"version: must be a map" },
	{ "version is a list", "{\"source\":{\"uri\":\"a\"},\"version\":[]}",
		"version: must be a map" },
	{ "a version of a number", "{\"source\":{\"uri\":\"a\"},\"version\":{\"ref\":123}}",
		"version.ref: must be a string (quote it in YAML)" },
	{ "a version without its key", "{\"source\":{\"uri\":\"a\"},\"version\":{\"x\":\"y\"}}",
		"version.ref: is required" },
	{ "a version with its key empty", "{\"source\":{\"uri\":\"a\"},\"version\":{\"ref\":\"\"}}",
		"version.ref: is required and must not be empty" },
	{ "a version with its key null", "{\"source\":{\"uri\":\"a\"},\"version\":{\"ref\":null}}",
		"version.ref: is required" },
};

static void refuse(void **state)
{
	const struct refusal *row = *state;
	auto_request struct request request = { 0 };
	struct err err = { 0 };

	assert_failed(parse(&request, row->text, &err), &err, ERR_CONFIG, row->message);
}

static const struct versionless {
	const char *name;
	const char *text;
} versionless[] = {
	{ "absent", "{\"source\":{\"uri\":\"a\"}}" },
	{ "null", "{\"source\":{\"uri\":\"a\"},\"version\":null}" },
	{ "empty", "{\"source\":{\"uri\":\"a\"},\"version\":{}}" },
};

static void no_version(void **state)
{
	const struct versionless *row = *state;
	auto_request struct request request = { 0 };
	struct err err = { 0 };

	assert_int_equal(parse(&request, row->text, &err), 0);
	assert_null(request.version);
	assert_null(request.version_map);
	assert_non_null(request.params);
	assert_false(request.debug);
}

static void all_parts_are_taken(void **state)
{
	auto_request struct request request = { 0 };
	struct err err = { 0 };
	const struct tree_source *source;
	const struct version *version;
	(void)state;

	assert_int_equal(
		parse(&request,
			"{\"source\":{\"uri\":\"https://h/a?b\\u003d1\\u0026c\",\"branch\":null,"
			"\"password\":\"hunter2\"},\"params\":{\"file\":\"f\"},"
			"\"version\":{\"ref\":\"abc\",\"date\":\"2026\"}}",
			&err),
		0);
	source = request.source;
	version = request.version;
	assert_string_equal(request.kind->name, "tree");
	assert_string_equal(source->uri, "https://h/a?b=1&c");
	assert_null(source->branch);
	assert_string_equal(secret_reveal(source->password), "hunter2");
	assert_string_equal(((const struct params *)request.params)->file, "f");
	assert_string_equal(version->ref, "abc");
	assert_int_equal(json_object_size(request.version_map), 2);
	request_release(&request);
	assert_null(request.source);
	log_release();
}

static void the_second_kind_is_chosen_by_its_key(void **state)
{
	auto_request struct request request = { 0 };
	struct err err = { 0 };
	(void)state;

	/* it has neither params nor versions: what is given of them is not looked at */
	assert_int_equal(
		parse(&request,
			"{\"source\":{\"image\":\"a\",\"uri\":null},\"params\":1,\"version\":2}",
			&err),
		-1);
	assert_string_equal(err.message, "source.uri: is not a known key");
	request_release(&request);
	assert_int_equal(
		parse(&request, "{\"source\":{\"image\":\"a\"},\"params\":1,\"version\":2}", &err),
		0);
	assert_string_equal(request.kind->name, "box");
	assert_null(request.params);
	assert_null(request.version);
}

static const struct debugging {
	const char *name;
	const char *text;
	bool debug;
} debuggings[] = {
	{ "by source", "{\"source\":{\"uri\":\"a\",\"debug\":true}}", true },
	{ "by params", "{\"source\":{\"uri\":\"a\"},\"params\":{\"debug\":\"true\"}}", true },
	{ "by neither", "{\"source\":{\"uri\":\"a\",\"debug\":false},\"params\":{}}", false },
};

static void debug(void **state)
{
	const struct debugging *row = *state;
	auto_request struct request request = { 0 };
	struct err err = { 0 };

	assert_int_equal(parse(&request, row->text, &err), 0);
	assert_int_equal(request.debug, row->debug);
}

static void a_refusal_never_shows_the_text(void **state)
{
	static const char text[] = "{\"source\":{\"uri\":\"a\",\"password\":\"hunter2\"}}";
	(void)state;

	for (size_t length = 0; length < strlen(text); length++) {
		auto_request struct request request = { 0 };
		struct err err = { 0 };

		assert_int_equal(request_parse(&request, kinds, COUNT(kinds),
					 (struct span){ text, length }, &err),
			-1);
		assert_null(strstr(err.message, "hunter"));
	}
}

static void a_deep_text_is_refused(void **state)
{
	auto_buf struct buf text = BUF(1 * MIB);
	auto_request struct request request = { 0 };
	struct err err = { 0 };
	(void)state;

	assert_int_equal(buf_add_string(&text, "{\"source\":"), 0);
	for (int i = 0; i < 100000; i++)
		assert_int_equal(buf_add_string(&text, "["), 0);
	assert_int_equal(request_parse(&request, kinds, COUNT(kinds), buf_span(&text), &err), -1);
	assert_int_equal(err.kind, ERR_CONFIG);
	assert_true(span_starts(span_of(err.message), "stdin: is not valid JSON (line 1, column "));
}

int main(void)
{
	UNIT_ROWS(refuse, refusals);
	UNIT_ROWS(no_version, versionless);
	UNIT_ROWS(debug, debuggings);
	UNIT_TEST(all_parts_are_taken);
	UNIT_TEST(the_second_kind_is_chosen_by_its_key);
	UNIT_TEST(a_refusal_never_shows_the_text);
	UNIT_TEST(a_deep_text_is_refused);
	return unit_run();
}
