/* SPDX-License-Identifier: Apache-2.0 */
/*
 * await, follow, ready: how long each of them waits for a build service that does nothing, and what it says then.
 *
 * The hours that this takes are passed by a clock of the test's, which moves when somebody waits. What the cluster
 * tells stands in a row of states. Both take the place of the real ones by the linker's --wrap, which the
 * Makefile asks for.
 */
#include "unit.h"

#include "base/limits.h"
#include "build/await.h"
#include "build/build.h"
#include "build/follow.h"
#include "build/phases.h"
#include "build/ready.h"
#include "kube/live.h"

#define S 1000
#define TIMEOUT_MS (3600 * S)

/* The wrapped functions. */
int64_t __wrap_clock_monotonic_ms(void);
PRINTF(1, 2) void __wrap_log_warning(const char *format, ...);
struct http *__wrap_kube_http(struct kube *kube);
int __wrap_http_wait(struct http *http, int timeout_ms, struct err *err);
int __wrap_live_next(struct live *live, struct err *err);
int __wrap_live_wait_ms(const struct live *live);
int __wrap_builds_list(struct builds *builds, const struct service *service,
	const struct image *image, const struct builds_range *range, struct err *err);
struct phases *__wrap_phases_new(const struct service *service, const char *build, bool stamps);
void __wrap_phases_free(struct phases *phases);
int __wrap_phases_step(struct phases *phases, struct err *err);
bool __wrap_phases_over(const struct phases *phases);
int __wrap_phases_catch_up(struct phases *phases, struct err *err);
bool __wrap_phases_have_begun(const struct phases *phases);
const struct pod *__wrap_phases_pod(const struct phases *phases);
const char *__wrap_phases_obstacle(const struct phases *phases);
int64_t __wrap_phases_news_ms(const struct phases *phases);
int __wrap_phases_wait_ms(const struct phases *phases);

/* What the object that is looked at says, one after the other. */
#define STATES_MAX 4
struct state {
	int64_t at_ms;
	const char *json; /* NULL: there are no more */
};

static int64_t now_ms;
static int warnings;
static const struct state *next;
static struct {
	struct pod pod;       /* there is none */
	int64_t begins_ms;    /* when the first phase does; 0: never */
	int64_t news_ms;      /* when its log has come to a stop */
	const char *obstacle; /* why it does not begin */
} phases;

int64_t __wrap_clock_monotonic_ms(void)
{
	return now_ms;
}

void __wrap_log_warning(const char *format, ...)
{
	(void)format;
	warnings++;
}

struct http *__wrap_kube_http(struct kube *kube)
{
	(void)kube;
	return NULL;
}

static json_t *object_of(const char *json)
{
	json_t *object = json_loads(json, 0, NULL);

	assert_non_null(object);
	return object;
}

static json_t *take_state(void)
{
	return object_of((next++)->json);
}

int __wrap_http_wait(struct http *http, int timeout_ms, struct err *err)
{
	(void)http;
	(void)err;
	assert_in_range(timeout_ms, 0, 1 * S);
	now_ms += timeout_ms;
	return 0;
}

int __wrap_live_next(struct live *live, struct err *err)
{
	(void)err;
	if (!next->json || now_ms < next->at_ms)
		return 0;
	json_decref(live->object);
	live->object = take_state();
	live->news_ms = now_ms;
	return 1;
}

int __wrap_live_wait_ms(const struct live *live)
{
	(void)live;
	return -1;
}

int __wrap_builds_list(struct builds *builds, const struct service *service,
	const struct image *image, const struct builds_range *range, struct err *err)
{
	(void)service;
	(void)image;
	(void)range;
	(void)err;
	*builds = (struct builds){ 0 };
	return 0;
}

struct phases *__wrap_phases_new(const struct service *service, const char *build, bool stamps)
{
	(void)service;
	(void)build;
	(void)stamps;
	return NULL;
}

void __wrap_phases_free(struct phases *unused)
{
	(void)unused;
}

int __wrap_phases_step(struct phases *unused, struct err *err)
{
	(void)unused;
	(void)err;
	return 0;
}

bool __wrap_phases_over(const struct phases *unused)
{
	(void)unused;
	return false;
}

int __wrap_phases_catch_up(struct phases *unused, struct err *err)
{
	(void)unused;
	(void)err;
	return 0;
}

bool __wrap_phases_have_begun(const struct phases *unused)
{
	(void)unused;
	return phases.begins_ms && now_ms >= phases.begins_ms;
}

const struct pod *__wrap_phases_pod(const struct phases *unused)
{
	(void)unused;
	return &phases.pod;
}

const char *__wrap_phases_obstacle(const struct phases *unused)
{
	(void)unused;
	return phases.obstacle;
}

int64_t __wrap_phases_news_ms(const struct phases *unused)
{
	(void)unused;
	return now_ms < phases.news_ms ? now_ms : phases.news_ms;
}

int __wrap_phases_wait_ms(const struct phases *unused)
{
	(void)unused;
	return -1;
}

/* What comes of a wait, and when. */
struct end {
	int64_t at_ms;
	enum err_kind kind;
	const char *message; /* NULL: it is well */
};

static void begin(const struct state *states)
{
	now_ms = 0;
	warnings = 0;
	next = states;
}

static void is_end(int status, const struct err *err, const struct end *end)
{
	if (end->message)
		assert_failed(status, err, end->kind, end->message);
	else
		assert_int_equal(status, 0);
	assert_in_range(now_ms, end->at_ms, end->at_ms + 1 * S);
}

#define IMAGE(observed, status, reason, message)                                            \
	"{\"metadata\":{\"name\":\"app\",\"generation\":5},\"spec\":{\"source\":{\"git\":{" \
	"\"revision\":\"new\"}}},\"status\":{\"observedGeneration\":" observed              \
	",\"latestBuildImageGeneration\":4,\"latestBuildRef\":\"b-4\",\"conditions\":[{"    \
	"\"type\":\"Ready\",\"status\":\"" status "\",\"reason\":\"" reason                 \
	"\",\"message\":\"" message "\"}]}}"
#define UNSEEN IMAGE("4", "True", "UpToDate", "")
#define RESOLVING IMAGE("5", "Unknown", "ResolverNotReady", "no answer of git.test")
#define UNREADY IMAGE("5", "False", "BuilderNotReady", "stack 'x' is away")
#define BUSY IMAGE("5", "Unknown", "BuildRunning", "Build 'b-4' is executing")
#define BUILT IMAGE("5", "True", "UpToDate", "")

static const struct change {
	const char *name;
	struct state states[STATES_MAX];
	struct end end;
} changes[] = {
	{ "nobody looks at it", { { 0, UNSEEN } },
		{ CONTROLLER_MAX_MS, ERR_REMOTE,
			"the build service has not looked at the change for 300 s: is its controller running?" } },
	{ "somebody looks at it late", { { 0, UNSEEN }, { 299 * S, BUILT } },
		{ 299 * S, 0, NULL } },
	{ "the source is never resolved", { { 0, UNSEEN }, { 100 * S, RESOLVING } },
		{ 100 * S + CONTROLLER_MAX_MS, ERR_REMOTE,
			"the source is not resolved after 300 s: no answer of git.test" } },
	{ "the builder stays away", { { 0, UNSEEN }, { 2 * S, UNREADY } },
		{ 2 * S + BUILDER_MAX_MS, ERR_REMOTE,
			"the image is not ready to build: BuilderNotReady: stack 'x' is away" } },
	{ "the builder is away now and then",
		{ { 0, UNREADY }, { 50 * S, RESOLVING }, { 60 * S, UNREADY }, { 119 * S, BUILT } },
		{ 119 * S, 0, NULL } },
	{ "another build goes on and on", { { 0, BUSY } },
		{ TIMEOUT_MS, ERR_NETWORK,
			"timeout: no build of revision 'new' has begun, the image says: Build 'b-4' is "
			"executing" } },
};

static void a_change_is_awaited(void **state)
{
	const struct change *row = *state;
	struct service service = { .api = KPACK_API };
	struct image_put params = { 0 };
	char revision[] = "new";
	char what[] = "revision 'new'";
	struct edit edit = { .params = &params, .revision = revision, .what = what };
	struct wish wish = { .generation = 5, .edit = &edit };
	struct patience patience = { .end_ms = TIMEOUT_MS };
	auto_image struct image image = { 0 };
	auto_free char *build = NULL;
	struct err err = { 0 };

	begin(row->states);
	image_set(&image, take_state());
	is_end(await_build(&service, &image, &wish, &patience, &build, &err), &err, &row->end);
	assert_null(build);
}

#define STACK(observed, conditions)                                       \
	"{\"metadata\":{\"name\":\"base\",\"generation\":2},\"status\":{" \
	"\"observedGeneration\":" observed ",\"conditions\":[" conditions "]}}"
#define READY(status, message) \
	"{\"type\":\"Ready\",\"status\":\"" status "\",\"message\":\"" message "\"}"
#define FRESH(status, message) \
	",{\"type\":\"UpToDate\",\"status\":\"" status "\",\"message\":\"" message "\"}"

static const struct object {
	const char *name;
	struct state states[STATES_MAX];
	struct end end;
} objects[] = {
	{ "nobody looks at it", { { 0, STACK("1", READY("True", "")) } },
		{ CONTROLLER_MAX_MS, ERR_REMOTE,
			"the build service has not looked at the change for 300 s: is its controller running?" } },
	{ "it is being made",
		{ { 0, STACK("1", READY("True", "")) }, { 1 * S, STACK("2", READY("Unknown", "")) },
			{ 250 * S, STACK("2", READY("True", "") FRESH("True", "")) } },
		{ 250 * S, 0, NULL } },
	{ "it cannot be made", { { 0, STACK("2", READY("False", "no such image")) } },
		{ BUILDER_MAX_MS, ERR_REMOTE, "is not ready: no such image" } },
	{ "it is what it was, as it cannot be made anew",
		{ { 0, STACK("2", READY("True", "") FRESH("False", "no such stack")) } },
		{ BUILDER_MAX_MS, ERR_REMOTE, "is not ready: no such stack" } },
	{ "it cannot be made for a moment",
		{ { 0, STACK("2", READY("False", "no such image")) },
			{ 59 * S, STACK("2", READY("True", "")) } },
		{ 59 * S, 0, NULL } },
};

static void an_object_is_awaited(void **state)
{
	const struct object *row = *state;
	struct kube_path path = { .api = KPACK_API, .plural = "clusterstacks", .name = "base" };
	struct patience patience = { .end_ms = TIMEOUT_MS };
	json_auto_t *object = NULL;
	struct err err = { 0 };

	begin(row->states);
	object = take_state();
	is_end(ready_wait(NULL, &path, object, &patience, &err), &err, &row->end);
}

#define BUILD(status)                                                                           \
	"{\"metadata\":{\"name\":\"b-5\"},\"status\":{\"conditions\":[{\"type\":\"Succeeded\"," \
	"\"status\":\"" status "\"}]}}"

static const struct follow_row {
	const char *name;
	struct state states[STATES_MAX];
	int64_t begins_ms, news_ms;
	const char *obstacle;
	int64_t stall_ms;
	struct end end;
	int warnings;
} follows[] = {
	{ "nothing begins", { { 0, BUILD("Unknown") } }, 0, 0, NULL, 0,
		{ PENDING_MAX_MS, ERR_NETWORK,
			"build 'b-5' has not begun after 900 s: its pod does not start" },
		0 },
	{ "nothing begins, and the pod says why", { { 0, BUILD("Unknown") } }, 0, 0,
		"prepare: ImagePullBackOff", 0,
		{ PENDING_MAX_MS, ERR_NETWORK,
			"build 'b-5' has not begun after 900 s: prepare: ImagePullBackOff" },
		0 },
	{ "it begins late, and takes its time",
		{ { 0, BUILD("Unknown") }, { 3000 * S, BUILD("True") } }, 890 * S, 3000 * S, NULL,
		0, { 3000 * S + DRAIN_MAX_MS, 0, NULL }, 1 },
	{ "it is over, and its log does not end",
		{ { 0, BUILD("Unknown") }, { 60 * S, BUILD("True") } }, 1 * S, 0, NULL, 0,
		{ 60 * S + DRAIN_MAX_MS, 0, NULL }, 1 },
	{ "it is over, and its log goes on for a while",
		{ { 0, BUILD("Unknown") }, { 60 * S, BUILD("True") } }, 1 * S, 200 * S, NULL, 0,
		{ 200 * S + DRAIN_MAX_MS, 0, NULL }, 1 },
	{ "it never ends", { { 0, BUILD("Unknown") } }, 1 * S, TIMEOUT_MS, NULL, 0,
		{ TIMEOUT_MS, ERR_NETWORK, "timeout: build 'b-5' is not over yet" }, 0 },
	{ "it is read late", { { 200 * S, BUILD("Unknown") } }, 0, 0, NULL, 0,
		{ 200 * S + PENDING_MAX_MS, ERR_NETWORK,
			"build 'b-5' has not begun after 900 s: its pod does not start" },
		0 },
	{ "it cannot be read in time", { { 2 * TIMEOUT_MS, BUILD("Unknown") } }, 0, 0, NULL, 0,
		{ TIMEOUT_MS, ERR_NETWORK, "build 'b-5': timeout: it could not be read yet" }, 0 },
	{ "it stalls", { { 0, BUILD("Unknown") }, { 50 * S, BUILD("Unknown") } }, 1 * S, 80 * S,
		NULL, 60 * S,
		{ 140 * S, ERR_NETWORK, "stall_timeout: build 'b-5' is not over yet" }, 0 },
};

static void a_build_is_followed(void **state)
{
	const struct follow_row *row = *state;
	struct service service = { .api = KPACK_API };
	struct patience patience = { .end_ms = TIMEOUT_MS, .stall_ms = row->stall_ms };
	json_t *build = NULL;
	struct err err = { 0 };

	begin(row->states);
	phases.begins_ms = row->begins_ms;
	phases.news_ms = row->news_ms;
	phases.obstacle = row->obstacle;
	is_end(follow_build(&service, "b-5", false, &patience, &build, &err), &err, &row->end);
	assert_int_equal(warnings, row->warnings);
	json_decref(build);
}

int main(void)
{
	UNIT_ROWS(a_change_is_awaited, changes);
	UNIT_ROWS(an_object_is_awaited, objects);
	UNIT_ROWS(a_build_is_followed, follows);
	return unit_run();
}
