/* SPDX-License-Identifier: Apache-2.0 */
/* path, status, object: the URLs of the API, its refusals, and reading what it answers. */
#include "unit.h"

#include "base/limits.h"
#include "kube/object.h"
#include "kube/path.h"
#include "kube/status.h"

static const struct address {
	const char *name;
	struct kube_path path;
	struct kube_parameter parameters[4];
	const char *url;
} addresses[] = {
	{ "an object", { "apis/kpack.io/v1alpha2", "demo", "images", "app", NULL },
		{ { NULL, NULL } },
		"https://k.test/k8s/apis/kpack.io/v1alpha2/namespaces/demo/images/app" },
	{ "a collection", { "api/v1", "demo", "pods", NULL, NULL }, { { NULL, NULL } },
		"https://k.test/k8s/api/v1/namespaces/demo/pods" },
	{ "of the cluster", { "api/v1", NULL, "nodes", "n", NULL }, { { NULL, NULL } },
		"https://k.test/k8s/api/v1/nodes/n" },
	{ "a subresource", { "api/v1", "demo", "pods", "p", "log" }, { { "container", "build" } },
		"https://k.test/k8s/api/v1/namespaces/demo/pods/p/log?container=build" },
	{ "a selector", { "api/v1", "demo", "pods", NULL, NULL },
		{ { "labelSelector", "a.b/c=d,e in (1,2)" }, { "continue", NULL },
			{ "limit", "5" } },
		"https://k.test/k8s/api/v1/namespaces/demo/pods?labelSelector="
		"a.b%2Fc%3Dd%2Ce%20in%20%281%2C2%29&limit=5" },
	{ "a name that tries to leave", { "api/v1", "../x", "pods", "p?q#f&/..", NULL },
		{ { NULL, NULL } },
		"https://k.test/k8s/api/v1/namespaces/..%2Fx/pods/p%3Fq%23f%26%2F.." },
	{ "bytes above ASCII", { "api/v1", NULL, "pods", "\xc3\xa9", NULL }, { { NULL, NULL } },
		"https://k.test/k8s/api/v1/pods/%C3%A9" },
};

static void is_made(void **state)
{
	const struct address *row = *state;
	auto_free char *url = path_url("https://k.test/k8s", &row->path, row->parameters);

	assert_string_equal(url, row->url);
}

static void a_url_is_bounded(void **state)
{
	auto_free char *name = mem_alloc(LIMIT_URL + 1);
	struct kube_path path = { .api = "api/v1", .plural = "pods", .name = name };
	auto_free char *url = NULL;

	(void)state;
	memset(name, 'a', LIMIT_URL);
	url = path_url("https://k.test", &path, NULL);
	assert_string_equal(url, "");
}

static const struct refusal {
	const char *name;
	int status;
	const char *body;
	enum err_kind kind;
	const char *message;
} refusals[] = {
	{ "not allowed", 403,
		"{\"kind\":\"Status\",\"message\":\"images.kpack.io \\\"app\\\" is forbidden: User "
		"\\\"ci\\\" cannot get\",\"reason\":\"Forbidden\"}",
		ERR_AUTH, "images.kpack.io \"app\" is forbidden: User \"ci\" cannot get (403)" },
	{ "not known", 401, "{\"message\":\"Unauthorized\"}", ERR_AUTH,
		"the API server does not accept the credentials (401)" },
	{ "no such object", 404,
		"{\"message\":\"images.kpack.io \\\"app\\\" not found\",\"details\":{\"name\":\"app\"}}",
		ERR_MISSING, "images.kpack.io \"app\" not found (404)" },
	{ "no such kind", 404, "404 page not found\n", ERR_UNSERVED,
		"the API server does not serve kpack.io/v1alpha2 (404), is it installed there?" },
	{ "no such kind, as a Status", 404,
		"{\"message\":\"the server could not find the requested resource\",\"details\":{}}",
		ERR_UNSERVED,
		"the API server does not serve kpack.io/v1alpha2 (404), is it installed there?" },
	{ "a webhook says no", 400,
		"{\"message\":\"admission webhook \\\"v\\\" denied the request: validation failed: "
		"Immutable field changed: spec.tag\\ngot: a, want: b\"}",
		ERR_CONFIG,
		"admission webhook \"v\" denied the request: validation failed: Immutable field changed: "
		"spec.tag got: a, want: b (400)" },
	{ "a conflict", 409, "{\"message\":\"the object has been modified\"}", ERR_CONFLICT,
		"the object has been modified (409)" },
	{ "too old", 410, "{\"message\":\"too old resource version: 1 (583)\"}", ERR_EXPIRED,
		"too old resource version: 1 (583) (410)" },
	{ "too many", 429, "{\"message\":\"storage is (re)initializing\"}", ERR_NETWORK,
		"storage is (re)initializing (429)" },
	{ "not there now", 503, "", ERR_NETWORK, "the API server refused (503)" },
	{ "something else", 415, "{\"message\":\"the body is in an unsupported format\"}",
		ERR_REMOTE, "the body is in an unsupported format (415)" },
	{ "not UTF-8", 500, "a\xff\x01z", ERR_NETWORK, "a\xef\xbf\xbd z (500)" },
};

static void is_worded(void **state)
{
	const struct refusal *row = *state;
	struct err err = { 0 };

	assert_failed(status_error(row->status, span_of(row->body), "apis/kpack.io/v1alpha2", &err),
		&err, row->kind, row->message);
}

static void an_error_event_is_a_status(void **state)
{
	json_error_t error;
	json_auto_t *status = json_loads(
		"{\"kind\":\"Status\",\"code\":410,\"reason\":\"Expired\",\"message\":\"too old\"}",
		0, &error);
	json_auto_t *odd = json_object();
	struct err err = { 0 };

	(void)state;
	assert_failed(status_object_error(status, &err), &err, ERR_EXPIRED, "too old (410)");
	assert_failed(
		status_object_error(odd, &err), &err, ERR_NETWORK, "the API server refused (500)");
}

static void members_are_read(void **state)
{
	json_error_t error;
	json_auto_t *object = json_loads(
		"{\"metadata\":{\"name\":\"app\",\"generation\":3,\"labels\":{\"a.b/c\":\"d\"},"
		"\"annotations\":{\"e.f/g\":1}},\"status\":{\"conditions\":[{\"type\":\"Other\"},"
		"{\"type\":\"Ready\",\"status\":\"False\",\"reason\":\"R\"}]}}",
		0, &error);
	struct condition ready = object_condition(object, "Ready");
	struct condition missing = object_condition(object, "Succeeded");

	(void)state;
	assert_string_equal(object_text(object, "metadata.name"), "app");
	assert_string_equal(object_text(object, "metadata.generation"), "");
	assert_string_equal(object_text(object, "metadata.name.x"), "");
	assert_string_equal(object_text(NULL, "metadata.name"), "");
	assert_int_equal(object_number(object, "metadata.generation"), 3);
	assert_int_equal(object_number(object, "metadata.name"), 0);
	assert_string_equal(object_label(object, "a.b/c"), "d");
	assert_string_equal(object_annotation(object, "e.f/g"), "");
	assert_string_equal(ready.status, "False");
	assert_string_equal(ready.reason, "R");
	assert_string_equal(ready.message, "");
	assert_string_equal(missing.status, "Unknown");
}

int main(void)
{
	UNIT_ROWS(is_made, addresses);
	UNIT_TEST(a_url_is_bounded);
	UNIT_ROWS(is_worded, refusals);
	UNIT_TEST(an_error_event_is_a_status);
	UNIT_TEST(members_are_read);
	return unit_run();
}
