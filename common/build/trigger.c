/* SPDX-License-Identifier: Apache-2.0 */
/* trigger: have an Image built though nothing of it has changed. */
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "build/trigger.h"

/* The latest Build, whatever the Image's status has noted. */
static int find_latest(struct builds *builds, const struct service *service,
	const struct image *image, struct err *err)
{
	const struct builds_range newest = {
		.first = image->build_counter,
		.last = image->build_counter + BUILDS_AHEAD,
	};

	if (image->build_counter && builds_list(builds, service, image, &newest, err) < 0)
		return -1;
	if (!builds->count &&
		builds_list(builds, service, image, &(struct builds_range){ 0 }, err) < 0)
		return -1;
	if (!builds->count)
		return err_set(err, ERR_MISSING,
			"image '%s' has no build yet that could be triggered again",
			service->image);
	return 0;
}

static int annotate(const struct service *service, const char *name, struct err *err)
{
	struct kube_path path = service_path(service, service->api, "builds", name);
	char now[CLOCK_RFC3339_SIZE];
	json_auto_t *patch = NULL;
	json_auto_t *build = NULL;
	json_t *answer;

	clock_format_rfc3339(clock_wall_ms(), now);
	patch = json_pack("{s{s{ss}}}", "metadata", "annotations", ANNOTATION_TRIGGER, now);
	if (kube_patch(service->kube, &path, patch, &answer, err) < 0)
		return err_wrap(err, "build '%s'", name);
	build = answer;
	return 0;
}

int trigger_annotate(
	const struct service *service, const struct image *image, uint64_t *number, struct err *err)
{
	for (int again = 0;; again++) {
		auto_builds struct builds builds = { 0 };
		const struct build *latest;

		if (find_latest(&builds, service, image, err) < 0)
			return -1;
		latest = &builds.items[builds.count - 1];
		if (annotate(service, latest->name, err) == 0) {
			log_info("triggered a build after build %llu",
				(unsigned long long)latest->number);
			*number = latest->number;
			return 0;
		}
		/* pruned meanwhile: there is a newer one */
		if (err->kind != ERR_MISSING || again == KUBE_RETRY_MAX)
			return -1;
	}
}

int trigger_made(const struct service *service, const char *name, const struct patience *patience,
	struct err *err)
{
	struct kube_path path = service_path(service, service->api, "builds", name);
	auto_live struct live build = { 0 };
	struct span reasons;
	struct span reason;

	live_open(&build, service->kube, &path, NULL);
	if (wait_for_first(&build, patience, err) < 0)
		return err_wrap(err, "build '%s'", name);
	reasons = span_of(object_annotation(build.object, ANNOTATION_REASON));
	while (span_take_until(&reasons, ",", &reason)) {
		if (span_is(reason, "TRIGGER"))
			return 1;
		(void)span_take(&reasons, ",");
	}
	return span_is(reasons, "TRIGGER");
}
