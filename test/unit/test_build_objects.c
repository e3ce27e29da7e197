/* SPDX-License-Identifier: Apache-2.0 */
/* pod, build, failure, facts, version: what is read of kpack's objects, and the words for a failure. */
#include "unit.h"

#include "build/build.h"
#include "build/facts.h"
#include "build/failure.h"
#include "build/pod.h"

static json_t *object_of(const char *json)
{
	json_error_t error;
	json_t *object = json_loads(json, 0, &error);

	assert_non_null(object);
	return object;
}

#define RUNNING "\"state\":{\"running\":{}}"
#define ENDED(code) "\"state\":{\"terminated\":{\"exitCode\":" code ",\"reason\":\"Error\"}}"
#define WAITS(reason, message) \
	"\"state\":{\"waiting\":{\"reason\":\"" reason "\",\"message\":\"" message "\"}}"

static const struct pods {
	const char *name;
	const char *json;
	const char *phases;   /* "prepare:ended build:running" */
	const char *obstacle; /* NULL: none */
} pods[] = {
	{ "just made", "{\"spec\":{\"initContainers\":[{\"name\":\"prepare\"}]}}",
		"prepare:waiting", NULL },
	{ "in the order of the spec",
		"{\"spec\":{\"initContainers\":[{\"name\":\"detect\"},{\"name\":\"analyze\"}],"
		"\"containers\":[{\"name\":\"completion\"}]},\"status\":{\"initContainerStatuses\":["
		"{\"name\":\"analyze\"," WAITS(
			"PodInitializing", "") "},{\"name\":\"detect\"," RUNNING "}]}}",
		"detect:running analyze:waiting completion:waiting", NULL },
	{ "a rebase",
		"{\"spec\":{\"initContainers\":[{\"name\":\"rebase\"}],\"containers\":["
		"{\"name\":\"completion\"}]},\"status\":{\"initContainerStatuses\":[{\"name\":\"rebase\"," ENDED(
			"0") "}],\"containerStatuses\":[{\"name\":\"completion\"," RUNNING "}]}}",
		"rebase:ended completion:running", NULL },
	{ "sidecars are passed over",
		"{\"spec\":{\"initContainers\":[{\"name\":\"istio-init\"},{\"name\":\"pre-start\"}],"
		"\"containers\":[{\"name\":\"prepare\"},{\"name\":\"istio-proxy\"},{\"name\":\"build\"}]},"
		"\"status\":{\"containerStatuses\":[{\"name\":\"istio-proxy\"," RUNNING
		"},{\"name\":\"prepare\"," ENDED("3") "}]}}",
		"prepare:ended(3) build:waiting", NULL },
	{ "cannot pull",
		"{\"spec\":{\"initContainers\":[{\"name\":\"prepare\"}]},\"status\":"
		"{\"initContainerStatuses\":[{\"name\":\"prepare\"," WAITS(
			"ImagePullBackOff", "Back-off pulling image \\\"b\\\"") "}]}}",
		"prepare:waiting", "prepare: ImagePullBackOff: Back-off pulling image \"b\"" },
	{ "a reason without words",
		"{\"spec\":{\"initContainers\":[{\"name\":\"prepare\"}]},\"status\":"
		"{\"initContainerStatuses\":[{\"name\":\"prepare\"," WAITS(
			"ErrImagePull", "") "}]}}",
		"prepare:waiting", "prepare: ErrImagePull" },
	{ "not scheduled",
		"{\"spec\":{\"initContainers\":[{\"name\":\"prepare\"}]},\"status\":{\"conditions\":["
		"{\"type\":\"PodScheduled\",\"status\":\"False\",\"reason\":\"Unschedulable\","
		"\"message\":\"0/3 nodes are available\"}]}}",
		"prepare:waiting", "it is not scheduled: 0/3 nodes are available" },
	{ "no containers at all", "{}", "", NULL },
};

static char *phases_of(const struct pod *pod)
{
	static const char *const states[] = {
		[PHASE_WAITING] = "waiting",
		[PHASE_RUNNING] = "running",
		[PHASE_ENDED] = "ended",
	};
	char *text = mem_copy_string("");

	for (size_t i = 0; i < pod->count; i++) {
		const struct phase *phase = &pod->phases[i];
		auto_free char *code = phase->exit_code ? mem_format("(%d)", (int)phase->exit_code)
							: NULL;
		char *longer = mem_format("%s%s%s:%s%s", text, i ? " " : "", phase->name,
			states[phase->state], code ? code : "");

		free(text);
		text = longer;
	}
	return text;
}

static void pod_is_read(void **state)
{
	const struct pods *row = *state;
	auto_pod struct pod pod = { 0 };
	auto_free char *phases = NULL;
	auto_free char *obstacle = NULL;

	pod_set(&pod, object_of(row->json));
	phases = phases_of(&pod);
	obstacle = pod_obstacle(&pod);
	assert_string_equal(phases, row->phases);
	assert_string_equal(obstacle ? obstacle : "", row->obstacle ? row->obstacle : "");
}

static void a_pod_may_have_more_containers_than_we_know(void **state)
{
	json_t *containers = json_array();
	auto_pod struct pod pod = { 0 };

	(void)state;
	for (int i = 0; i < 3 * POD_PHASES_MAX; i++)
		(void)json_array_append_new(containers, json_pack("{ss}", "name", "build"));
	pod_set(&pod, json_pack("{s{so}}", "spec", "containers", containers));
	assert_int_equal(pod.count, POD_PHASES_MAX);
}

#define FAILED(steps, message)                                                                     \
	"{\"metadata\":{\"name\":\"b-6\"},\"status\":{\"stepStates\":[" steps "],\"conditions\":[" \
	"{\"type\":\"Succeeded\",\"status\":\"False\",\"message\":\"" message "\"}]}}"
#define OK "{\"terminated\":{\"exitCode\":0}}"
#define BAD(code, reason) \
	"{\"terminated\":{\"exitCode\":" code ",\"reason\":\"" reason "\",\"message\":\"H4sI\"}}"
#define WAITING "{\"waiting\":{}}"

#define DIGEST "r.test/a@sha256:12"
#define BUILD(labels, status, image)                                                                         \
	"{\"metadata\":{\"name\":\"b-6\",\"creationTimestamp\":\"1970-01-01T00:00:07Z\",\"labels\":{" labels \
	"},\"annotations\":{\"image.kpack.io/reason\":\"STACK\"}},\"spec\":{\"lastBuild\":{"                 \
	"\"image\":\"r.test/a@sha256:11\"}},\"status\":{\"conditions\":[{\"type\":\"Succeeded\","            \
	"\"status\":\"" status "\",\"message\":\"m\"}],\"latestImage\":\"" image "\"}}"
#define LABEL(number) "\"image.kpack.io/buildNumber\":\"" number "\""

static const struct build_row {
	const char *name;
	const char *json;
	uint64_t number;
	enum build_state state;
	const char *image;
} builds[] = {
	{ "a good one", BUILD(LABEL("6"), "True", DIGEST), 6, BUILD_GOOD, DIGEST },
	{ "one that failed", BUILD(LABEL("6"), "False", ""), 6, BUILD_FAILED, "" },
	{ "one that runs", BUILD(LABEL("6"), "Unknown", ""), 6, BUILD_RUNNING, "" },
	{ "a good one that names no image", BUILD(LABEL("6"), "True", ""), 6, BUILD_FAILED, "" },
	{ "a good one that names a tag", BUILD(LABEL("6"), "True", "r.test/a:1"), 6, BUILD_FAILED,
		"r.test/a:1" },
	{ "without a number", BUILD("", "True", DIGEST), 0, BUILD_GOOD, DIGEST },
	{ "a number that is none", BUILD(LABEL("new"), "True", DIGEST), 0, BUILD_GOOD, DIGEST },
	{ "a number beyond all", BUILD(LABEL("18446744073709551616"), "True", DIGEST), 0,
		BUILD_GOOD, DIGEST },
};

static void build_is_read(void **state)
{
	const struct build_row *row = *state;
	json_auto_t *object = object_of(row->json);
	auto_build struct build build = { 0 };

	build_read(&build, object);
	assert_string_equal(build.name, "b-6");
	assert_int_equal(build.number, row->number);
	assert_int_equal(build.created_ms, 7000);
	assert_int_equal(build.state, row->state);
	assert_string_equal(build.image, row->image);
	assert_string_equal(build.last_image, "r.test/a@sha256:11");
	assert_string_equal(build.reason, "STACK");
	assert_string_equal(build.message, "m");
}

static void a_build_that_says_nothing_runs(void **state)
{
	json_auto_t *object = json_object();
	auto_build struct build build = { 0 };

	(void)state;
	build_read(&build, object);
	assert_int_equal(build.state, BUILD_RUNNING);
	assert_int_equal(build.number, 0);
	assert_string_equal(build.last_image, "");
}

static const struct failure {
	const char *name;
	const char *build;
	const char *pod;
	const char *message;
} failures[] = {
	{ "no word at all", FAILED("", ""), "{}", "build 'b-6' failed" },
	{ "kpack's word alone", FAILED("", "pod could not be made"), "{}",
		"build 'b-6' failed: pod could not be made" },
	{ "by the Build's steps",
		FAILED(OK "," OK "," OK "," OK "," BAD("51", "Error") "," WAITING "," WAITING,
			"Error:  ERROR: x\\ny"),
		"{}",
		"build 'b-6' failed in phase 'build' with exit code 51 (a buildpack failed to build): "
		"Error:  ERROR: x y" },
	{ "steps in another order", FAILED(OK "," BAD("20", "Error"), ""), "{}",
		"build 'b-6' failed with exit code 20" },
	{ "detect before analyze, as of old",
		FAILED(OK "," BAD("21", "Error") "," WAITING "," WAITING "," WAITING "," WAITING
						 "," WAITING,
			""),
		"{}",
		"build 'b-6' failed in phase 'detect' with exit code 21 (no group of buildpacks fits the "
		"source, and a buildpack had an error)" },
	{ "behind detect and analyze, as of old",
		"{\"metadata\":{\"name\":\"b-6\"},\"status\":{\"stepsCompleted\":[\"prepare\","
		"\"detect\"],\"stepStates\":[" OK "," OK
		"," BAD("7", "Error") "," WAITING "," WAITING "," WAITING "," WAITING "]}}",
		"{}", "build 'b-6' failed with exit code 7" },
	{ "by the pod, whose order counts",
		FAILED(OK "," OK "," BAD("20", "Error") "," OK "," OK "," OK "," OK, "none"),
		"{\"spec\":{\"initContainers\":[{\"name\":\"prepare\"},{\"name\":\"detect\"}]},\"status\":"
		"{\"initContainerStatuses\":[{\"name\":\"detect\"," ENDED("20") "}]}}",
		"build 'b-6' failed in phase 'detect' with exit code 20 (no group of buildpacks fits the "
		"source): none" },
	{ "killed",
		FAILED(OK "," OK "," OK "," OK "," BAD("137", "OOMKilled") "," WAITING "," WAITING,
			""),
		"{}", "build 'b-6' failed in phase 'build' with exit code 137 (OOMKilled)" },
	{ "an exit code without a meaning",
		FAILED(BAD("1", "Error") "," WAITING "," WAITING "," WAITING "," WAITING "," WAITING
					 "," WAITING,
			"git: no"),
		"{}", "build 'b-6' failed in phase 'prepare' with exit code 1: git: no" },
};

static void failure_is_worded(void **state)
{
	const struct failure *row = *state;
	json_auto_t *build = object_of(row->build);
	auto_pod struct pod pod = { 0 };
	struct err err = { 0 };

	pod_set(&pod, object_of(row->pod));
	assert_failed(failure_error(build, &pod, &err), &err, ERR_REMOTE, row->message);
}

static const struct image_text {
	const char *name;
	const char *image, *repository, *tag, *digest;
} image_texts[] = {
	{ "by digest", "r.test/a/b@sha256:12", "r.test/a/b", "", "sha256:12" },
	{ "by tag and digest", "r.test/a:v1@sha256:12", "r.test/a", "v1", "sha256:12" },
	{ "with a port", "127.0.0.1:5000/a@sha256:12", "127.0.0.1:5000/a", "", "sha256:12" },
	{ "with a port and a tag", "h:5000/a:v1", "h:5000/a", "v1", "" },
	{ "a name alone", "a", "a", "", "" },
	{ "a name and a tag", "a:v1", "a", "v1", "" },
	{ "nothing", "", "", "", "" },
};

static void reference_is_split(void **state)
{
	const struct image_text *row = *state;
	struct reference reference = reference_of(row->image);

	assert_span_is(reference.repository, row->repository);
	assert_span_is(reference.tag, row->tag);
	assert_span_is(reference.digest, row->digest);
}

static const struct tags {
	const char *name;
	const char *build;
	const char *tag;
} tags[] = {
	{ "the Image's own", "{\"spec\":{\"tags\":[\"h:5000/a:prod\",\"h:5000/a:b3.2026\"]}}",
		"prod" },
	{ "none", "{\"spec\":{\"tags\":[\"h:5000/a\",\"h:5000/a:b3.2026\"]}}", "latest" },
	{ "no tags", "{}", "latest" },
};

static void tag_is_read(void **state)
{
	const struct tags *row = *state;
	json_auto_t *build = object_of(row->build);

	assert_span_is(facts_tag(build), row->tag);
}

static const struct version_text {
	const char *name;
	const char *build;
	uint64_t number;
	bool fits;
} version_texts[] = {
	{ "a number", "12", 12, true },
	{ "none", NULL, 0, true },
	{ "an empty text", "", 0, true },
	{ "not a number", "app-build-12", 0, false },
	{ "a number and more", "12x", 0, false },
	{ "a sign", "-1", 0, false },
};

static void version_is_read(void **state)
{
	const struct version_text *row = *state;
	auto_free char *text = mem_copy_string(row->build);
	char image[] = "a@sha256:1";
	struct image_version version = { .build = text, .image = image };
	struct given given = { 0 };
	struct err err = { 0 };
	int status = version_read(&given, &version, &err);

	if (row->fits) {
		assert_int_equal(status, 0);
		assert_int_equal(given.number, row->number);
		assert_string_equal(given.image, image);
	} else {
		assert_failed(
			status, &err, ERR_CONFIG, "version.build: must be the number of a build");
	}
}

int main(void)
{
	UNIT_ROWS(pod_is_read, pods);
	UNIT_TEST(a_pod_may_have_more_containers_than_we_know);
	UNIT_ROWS(build_is_read, builds);
	UNIT_TEST(a_build_that_says_nothing_runs);
	UNIT_ROWS(failure_is_worded, failures);
	UNIT_ROWS(reference_is_split, image_texts);
	UNIT_ROWS(tag_is_read, tags);
	UNIT_ROWS(version_is_read, version_texts);
	return unit_run();
}
