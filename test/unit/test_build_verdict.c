/* SPDX-License-Identifier: Apache-2.0 */
/* await: what an Image says of a change, for the states that kpack was seen in. */
#include "unit.h"

#include "build/await.h"

static const struct state {
	const char *name;
	int64_t generation, observed, built; /* of the Image; the wish's is 5 */
	const char *latest_build;
	const char *ready, *reason;
	const char *revision; /* the wish's is "new" */
	bool unchanged;
	enum verdict verdict;
} states[] = {
	{ "not looked at", 5, 4, 4, "b-4", "True", "UpToDate", "new", false, VERDICT_UNSEEN },
	{ "not looked at, and failed before", 5, 4, 4, "b-4", "False", "BuildFailed", "new", false,
		VERDICT_UNSEEN },
	{ "an Image that is new", 5, 0, 0, "", "Unknown", "", "new", false, VERDICT_UNSEEN },
	{ "being resolved", 5, 5, 4, "b-4", "Unknown", "ResolverNotReady", "new", false,
		VERDICT_RESOLVING },
	{ "no reason, as of old: a build may be running", 5, 5, 4, "b-4", "Unknown", "", "new",
		false, VERDICT_BUSY },
	{ "no reason, as of old: none comes", 5, 5, 4, "b-4", "False", "", "new", false,
		VERDICT_FAILED },
	{ "no reason, as of old: never built", 5, 5, 0, "", "False", "", "new", false,
		VERDICT_UNREADY },
	{ "no reason, as of old: no build needed", 5, 5, 4, "b-4", "True", "", "new", false,
		VERDICT_NO_BUILD },
	{ "no reason, as it was, and building", 5, 5, 5, "b-5", "Unknown", "", "new", true,
		VERDICT_BUILD },
	{ "another build runs", 5, 5, 4, "b-4", "Unknown", "BuildRunning", "new", false,
		VERDICT_BUSY },
	{ "its build runs", 5, 5, 5, "b-5", "Unknown", "BuildRunning", "new", false,
		VERDICT_BUILD },
	{ "its build is over", 5, 5, 5, "b-5", "True", "UpToDate", "new", false, VERDICT_BUILD },
	{ "its build failed", 5, 5, 5, "b-5", "False", "BuildFailed", "new", false, VERDICT_BUILD },
	{ "no build needed", 5, 5, 4, "b-4", "True", "UpToDate", "new", false, VERDICT_NO_BUILD },
	{ "none comes", 5, 5, 4, "b-4", "False", "BuildFailed", "new", false, VERDICT_FAILED },
	{ "the builder is not ready", 5, 5, 4, "b-4", "False", "BuilderNotReady", "new", false,
		VERDICT_UNREADY },
	{ "there is no builder", 5, 5, 4, "b-4", "False", "BuilderNotFound", "new", false,
		VERDICT_UNREADY },
	{ "as it was, and ready", 5, 5, 5, "b-5", "True", "UpToDate", "new", true,
		VERDICT_NO_BUILD },
	{ "as it was, ready by an older build", 5, 5, 4, "b-4", "True", "UpToDate", "new", true,
		VERDICT_NO_BUILD },
	{ "as it was, and failed", 5, 5, 5, "b-5", "False", "BuildFailed", "new", true,
		VERDICT_FAILED },
	{ "as it was, and building", 5, 5, 5, "b-5", "Unknown", "BuildRunning", "new", true,
		VERDICT_BUILD },
	{ "as it was, and being resolved", 5, 5, 5, "b-5", "Unknown", "ResolverNotReady", "new",
		true, VERDICT_RESOLVING },
	{ "as it was, and the builder is not ready", 5, 5, 5, "b-5", "False", "BuilderNotReady",
		"new", true, VERDICT_UNREADY },
	{ "as it was, by somebody else just now", 5, 4, 4, "b-4", "True", "UpToDate", "new", true,
		VERDICT_UNSEEN },
	{ "changed since, elsewhere", 6, 5, 4, "b-4", "Unknown", "BuildRunning", "new", false,
		VERDICT_MOVED },
	{ "superseded", 6, 6, 4, "b-4", "Unknown", "BuildRunning", "newer", false,
		VERDICT_SUPERSEDED },
	{ "superseded while its build runs", 6, 6, 5, "b-5", "Unknown", "BuildRunning", "newer",
		false, VERDICT_BUILD },
	{ "changed and built since", 6, 6, 6, "b-6", "True", "UpToDate", "new", false,
		VERDICT_MOVED },
};

static void says(void **state)
{
	const struct state *row = *state;
	struct image image = {
		.generation = row->generation,
		.observed_generation = row->observed,
		.build_generation = row->built,
		.latest_build = row->latest_build,
		.object = json_pack(
			"{s{s{s{ss}}}}", "spec", "source", "git", "revision", row->revision),
		.ready = { .status = row->ready, .reason = row->reason, .message = "" },
	};
	struct image_put params = { 0 };
	char revision[] = "new";
	struct edit edit = { .params = &params, .revision = revision };
	struct wish wish = { .generation = 5, .edit = &edit, .unchanged = row->unchanged };

	assert_int_equal(await_verdict(&image, &wish), row->verdict);
	image_release(&image);
}

static const struct trigger {
	const char *name;
	uint64_t counter; /* of the Image; the annotated build is number 4 */
	const char *ready, *reason;
	enum verdict verdict;
} triggers[] = {
	{ "not looked at", 4, "True", "UpToDate", VERDICT_UNSEEN },
	{ "not looked at, and failed before", 4, "False", "BuildFailed", VERDICT_UNSEEN },
	{ "another build runs", 4, "Unknown", "BuildRunning", VERDICT_BUSY },
	{ "being resolved", 4, "Unknown", "ResolverNotReady", VERDICT_RESOLVING },
	{ "the builder is not ready", 4, "False", "BuilderNotReady", VERDICT_UNREADY },
	{ "its build runs", 5, "Unknown", "BuildRunning", VERDICT_BUILD },
	{ "its build is over", 5, "True", "UpToDate", VERDICT_BUILD },
	{ "two builds since", 6, "False", "BuildFailed", VERDICT_BUILD },
};

static void says_of_a_trigger(void **state)
{
	const struct trigger *row = *state;
	struct image image = {
		.generation = 2,
		.observed_generation = 2,
		.build_generation = 2,
		.build_counter = row->counter,
		.latest_build = "b",
		.ready = { .status = row->ready, .reason = row->reason, .message = "" },
	};
	struct wish wish = { .generation = 2, .after = 4 };

	assert_int_equal(await_verdict(&image, &wish), row->verdict);
}

int main(void)
{
	UNIT_ROWS(says, states);
	UNIT_ROWS(says_of_a_trigger, triggers);
	return unit_run();
}
