/* SPDX-License-Identifier: Apache-2.0 */
/* edit: the merge patch that params make of an Image, and what is refused. */
#include "unit.h"

#include "build/patch/edit.h"

#define SOURCE "\"source\":{\"git\":{\"url\":\"https://git.test/a\",\"revision\":\"main\"}}"
#define BUILDER "\"builder\":{\"kind\":\"ClusterBuilder\",\"name\":\"default\"}"
#define GUARD "\"metadata\":{\"resourceVersion\":\"7\"}"

static const struct patch {
	const char *name;
	const char *params;
	const char *spec; /* of the Image */
	const char *patch;
	const char *version; /* NULL: the newer one */
} patches[] = {
	{ "as it is", "{\"git_revision\":\"main\",\"cluster_builder\":\"default\"}",
		"{" SOURCE "," BUILDER "}", "{}" },
	{ "a revision", "{\"git_revision\":\"abc\"}", "{" SOURCE "}",
		"{\"spec\":{\"source\":{\"git\":{\"revision\":\"abc\"}}}}" },
	{ "another repository", "{\"git_url\":\"https://git.test/b\"}",
		"{\"source\":{\"git\":{\"url\":\"https://git.test/a\",\"revision\":\"abc\"}}}",
		"{\"spec\":{\"source\":{\"git\":{\"url\":\"https://git.test/b\",\"revision\":\"main\"}}}}" },
	{ "a revision of another repository",
		"{\"git_url\":\"https://git.test/b\",\"git_revision\":\"abc\"}", "{" SOURCE "}",
		"{\"spec\":{\"source\":{\"git\":{\"url\":\"https://git.test/b\",\"revision\":\"abc\"}}}}" },
	{ "the same repository", "{\"git_url\":\"https://git.test/a\"}",
		"{\"source\":{\"git\":{\"url\":\"https://git.test/a\",\"revision\":\"abc\"}}}",
		"{}" },
	{ "the name of a builder", "{\"cluster_builder\":\"b\"}", "{" BUILDER "}",
		"{\"spec\":{\"builder\":{\"name\":\"b\"}}}" },
	{ "from a Builder to a ClusterBuilder", "{\"cluster_builder\":\"b\"}",
		"{\"builder\":{\"kind\":\"Builder\",\"name\":\"b\",\"namespace\":\"demo\"}}",
		"{\"spec\":{\"builder\":{\"kind\":\"ClusterBuilder\",\"namespace\":null}}}" },
	{ "from a ClusterBuilder to a Builder", "{\"builder\":\"b\"}", "{" BUILDER "}",
		"{\"spec\":{\"builder\":{\"kind\":\"Builder\",\"name\":\"b\",\"namespace\":\"demo\"}}}" },
	{ "a variable more", "{\"env\":{\"B\":\"2\"}}",
		"{\"build\":{\"env\":[{\"name\":\"A\",\"value\":\"1\"}]}}",
		"{" GUARD ",\"spec\":{\"build\":{\"env\":[{\"name\":\"A\",\"value\":\"1\"},"
		"{\"name\":\"B\",\"value\":\"2\"}]}}}" },
	{ "the first variable", "{\"env\":{\"A\":\"1\"}}", "{}",
		"{" GUARD ",\"spec\":{\"build\":{\"env\":[{\"name\":\"A\",\"value\":\"1\"}]}}}" },
	{ "an empty variable, which the server writes without a value", "{\"env\":{\"A\":\"\"}}",
		"{\"build\":{\"env\":[{\"name\":\"A\"}]}}", "{}" },
	{ "a value in place of a reference", "{\"env\":{\"A\":\"\"}}",
		"{\"build\":{\"env\":[{\"name\":\"A\",\"valueFrom\":{}}]}}",
		"{" GUARD ",\"spec\":{\"build\":{\"env\":[{\"name\":\"A\",\"value\":\"\"}]}}}" },
	{ "a variable that is null", "{\"env\":{\"A\":null}}", "{}", "{}" },
	{ "the last variable taken away", "{\"delete_env\":[\"A\",\"B\"]}",
		"{\"build\":{\"env\":[{\"name\":\"A\",\"value\":\"1\"}]}}",
		"{" GUARD ",\"spec\":{\"build\":{\"env\":[]}}}" },
	{ "nothing to take away",
		"{\"delete_env\":\"A\",\"delete_additional_tags\":\"t\","
		"\"delete_service_bindings\":\"s\"}",
		"{}", "{}" },
	{ "bindings of one name and two kinds",
		"{\"service_bindings\":[\"db\",\"Database:db.test/v1:db\"]}",
		"{\"build\":{\"services\":[{\"kind\":\"Secret\",\"name\":\"db\"}]}}",
		"{" GUARD
		",\"spec\":{\"build\":{\"services\":[{\"kind\":\"Secret\",\"name\":\"db\"},"
		"{\"apiVersion\":\"db.test/v1\",\"kind\":\"Database\",\"name\":\"db\"}]}}}" },
	{ "tags", "{\"additional_tags\":[\"a\",\"b\"],\"delete_additional_tags\":\"c\"}",
		"{\"additionalTags\":[\"c\",\"a\"]}",
		"{" GUARD ",\"spec\":{\"additionalTags\":[\"a\",\"b\"]}}" },
	{ "the same size in other words", "{\"cache_size\":\"2048Mi\"}",
		"{\"cache\":{\"volume\":{\"size\":\"2Gi\"}}}", "{}" },
	{ "a size", "{\"cache_size\":\"3Gi\"}", "{}",
		"{\"spec\":{\"cache\":{\"volume\":{\"size\":\"3Gi\"}}}}" },
	{ "a size and an account, as of old", "{\"cache_size\":\"3Gi\",\"service_account\":\"s\"}",
		"{\"cacheSize\":\"2Gi\"}",
		"{\"spec\":{\"cacheSize\":\"3Gi\",\"serviceAccount\":\"s\"}}",
		"kpack.io/v1alpha1" },
	{ "the same size and account, as of old",
		"{\"cache_size\":\"2048Mi\",\"service_account\":\"s\"}",
		"{\"cacheSize\":\"2Gi\",\"serviceAccount\":\"s\"}", "{}", "kpack.io/v1alpha1" },
	{ "numbers", "{\"build_timeout\":60,\"success_build_history_limit\":\"3\"}",
		"{\"successBuildHistoryLimit\":3}",
		"{\"spec\":{\"build\":{\"buildTimeout\":60}}}" },
};

static json_t *object_of(const char *json)
{
	json_t *object = json_loads(json, 0, NULL);

	assert_non_null(object);
	return object;
}

static void makes(void **state)
{
	const struct patch *row = *state;
	json_auto_t *given = object_of(row->params);
	json_auto_t *wanted = object_of(row->patch);
	json_auto_t *patch = NULL;
	struct image_put params = { 0 };
	auto_edit struct edit edit = { 0 };
	auto_image struct image image = { 0 };
	struct err err = { 0 };

	image_set(&image,
		json_pack("{ss?s{ssssss}so}", "apiVersion", row->version, "metadata", "name", "app",
			"namespace", "demo", "resourceVersion", "7", "spec", object_of(row->spec)));
	assert_int_equal(
		schema_parse(image_put_fields, UNKNOWN_REFUSED, "params", given, &params, &err), 0);
	assert_int_equal(edit_read(&edit, &params, "/", &err), 0);
	patch = edit_patch(&edit, &image);
	if (!json_equal(patch, wanted)) {
		auto_free char *text = json_dumps(patch, JSON_SORT_KEYS);

		assert_string_equal(text, row->patch);
	}
	assert_int_equal(edit_stands(&edit, &image), json_object_size(wanted) == 0);
	schema_release(image_put_fields, &params);
}

static const struct fit {
	const char *name;
	const char *params;
	const char *source; /* of the Image */
	const char *message;
} fits[] = {
	{ "git for git", "{\"git_revision\":\"a\"}", "{\"git\":{}}", "" },
	{ "git for a blob", "{\"git_revision\":\"a\"}", "{\"blob\":{}}",
		"params.git_revision: image 'app' is not built from git (spec.source.git is not set)" },
	{ "a URL for a registry", "{\"git_url\":\"u\"}", "{\"registry\":{}}",
		"params.git_url: image 'app' is not built from git (spec.source.git is not set)" },
	{ "no source for any", "{\"env\":{\"A\":\"1\"}}", "{\"blob\":{}}", "" },
};

static void is_checked(void **state)
{
	const struct fit *row = *state;
	json_auto_t *given = object_of(row->params);
	struct image_put params = { 0 };
	auto_edit struct edit edit = { 0 };
	auto_image struct image image = { 0 };
	struct err err = { 0 };

	image_set(&image,
		json_pack("{s{ss}s{so}}", "metadata", "name", "app", "spec", "source",
			object_of(row->source)));
	assert_int_equal(
		schema_parse(image_put_fields, UNKNOWN_REFUSED, "params", given, &params, &err), 0);
	assert_int_equal(edit_read(&edit, &params, "/", &err), 0);
	assert_int_equal(edit_check(&edit, &image, &err), *row->message ? -1 : 0);
	assert_string_equal(err.message, row->message);
	schema_release(image_put_fields, &params);
}

int main(void)
{
	UNIT_ROWS(makes, patches);
	UNIT_ROWS(is_checked, fits);
	return unit_run();
}
