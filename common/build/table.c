/* SPDX-License-Identifier: Apache-2.0 */
/* table: Builds and their Image on the log, as `kp build list` and `kp image status` show them. */
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "build/table.h"

/* What an operator looks at is the end of the list; the rest costs log bytes at every check. */
static const size_t rows_max = 10;

static const char *state_text(enum build_state state)
{
	static const char *const texts[] = {
		[BUILD_RUNNING] = "BUILDING",
		[BUILD_GOOD] = "SUCCESS",
		[BUILD_FAILED] = "FAILURE",
	};

	return texts[state];
}

static int image_width(const struct builds *builds, size_t first)
{
	size_t width = sizeof("IMAGE") - 1;

	for (size_t i = first; i < builds->count; i++) {
		size_t length = strlen(builds->items[i].image);

		width = length > width ? length : width;
	}
	return width > LIMIT_TABLE_COLUMN ? LIMIT_TABLE_COLUMN : (int)width;
}

void table_print(const struct builds *builds)
{
	size_t first = builds->count > rows_max ? builds->count - rows_max : 0;
	int width = image_width(builds, first);
	const struct build *last = builds->count ? &builds->items[builds->count - 1] : NULL;

	if (!last)
		return;
	log_colour(LOG_BOLD, "%-6s  %-8s  %-*s  %s", "BUILD", "STATUS", width, "IMAGE", "REASON");
	for (size_t i = first; i < builds->count; i++) {
		const struct build *build = &builds->items[i];

		log_colour(build->state == BUILD_FAILED ? LOG_RED : LOG_PLAIN,
			"%-6llu  %-8s  %-*s  %s", (unsigned long long)build->number,
			state_text(build->state), width, build->image, build->reason);
	}
	if (last->state == BUILD_FAILED && *last->message)
		log_info("build %llu failed: %s", (unsigned long long)last->number, last->message);
}

static const char *status_text(const struct image *image)
{
	if (image_is_ready(image, "True"))
		return "Ready";
	if (image_is_ready(image, "False"))
		return "Not Ready";
	return *image->ready.reason || *image->ready.message ? "Building" : "Unknown";
}

void table_print_status(const struct image *image, const struct builds *builds)
{
	const struct build *last = builds->count ? &builds->items[builds->count - 1] : NULL;
	bool told = image_is_ready(image, "True") || (last && last->state == BUILD_FAILED);
	const char *message = told ? "" : image->ready.message;

	log_info("image '%s': %s%s%s, latest image %s", object_text(image->object, "metadata.name"),
		status_text(image), *message ? ": " : "", message, image->latest_image);
}
