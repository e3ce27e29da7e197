/* SPDX-License-Identifier: Apache-2.0 */
/* verdict: what an Image's spec and status together say of a change. */
#include <string.h>

#include "build/await.h"

/* Ready's reason is this one, or may be it: kpack before 0.11 gives none but for what is wrong with a
 * builder. */
static bool reason_may_be(const struct image *image, const char *reason)
{
	return !*image->ready.reason || strcmp(image->ready.reason, reason) == 0;
}

/* It is not ready: the latest build failed, or what a build needs is missing. */
static enum verdict of_unready(const struct image *image)
{
	return reason_may_be(image, "BuildFailed") && *image->latest_build ? VERDICT_FAILED
									   : VERDICT_UNREADY;
}

/* The spec is not the one that was asked for any more. */
static enum verdict changed_since(const struct image *image, const struct wish *wish)
{
	return edit_stands(wish->edit, image) ? VERDICT_MOVED : VERDICT_SUPERSEDED;
}

/* The controller has looked at the change, and has not made a build of it. */
static enum verdict without_build(const struct image *image)
{
	if (image_is_ready(image, "True"))
		return VERDICT_NO_BUILD;
	if (image_is_ready(image, "False"))
		return of_unready(image);
	return reason_may_be(image, "BuildRunning") ? VERDICT_BUSY : VERDICT_RESOLVING;
}

/* The patch changed nothing: the last build, if it is over, was of this. */
static enum verdict of_the_same(const struct image *image)
{
	if (image_is_ready(image, "True"))
		return VERDICT_NO_BUILD;
	if (image_is_ready(image, "False"))
		return of_unready(image);
	return reason_may_be(image, "BuildRunning") ? VERDICT_BUILD : VERDICT_RESOLVING;
}

/* A triggered build is made of whatever the Image is then. */
static enum verdict of_trigger(const struct image *image, const struct wish *wish)
{
	enum verdict verdict;

	if (image->build_counter > wish->after && *image->latest_build)
		return VERDICT_BUILD;
	verdict = without_build(image);
	return verdict == VERDICT_NO_BUILD || verdict == VERDICT_FAILED ? VERDICT_UNSEEN : verdict;
}

enum verdict await_verdict(const struct image *image, const struct wish *wish)
{
	if (wish->after)
		return of_trigger(image, wish);
	if (image->build_generation == wish->generation && *image->latest_build)
		return wish->unchanged ? of_the_same(image) : VERDICT_BUILD;
	if (image->generation > wish->generation)
		return changed_since(image, wish);
	if (image->observed_generation < wish->generation)
		return VERDICT_UNSEEN;
	return without_build(image);
}
