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
	{ "a condition without a reason", 5, 5, 4, "b-4", "Unknown", "", "new", false,
		VERDICT_RESOLVING },
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
		.git_revision = row->revision,
		.ready = { .status = row->ready, .reason = row->reason, .message = "" },
	};
	struct wish wish = { .generation = 5, .revision = "new", .unchanged = row->unchanged };

	assert_int_equal(await_verdict(&image, &wish), row->verdict);
}

int main(void)
{
	UNIT_ROWS(says, states);
	return unit_run();
}
