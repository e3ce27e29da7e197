/* SPDX-License-Identifier: Apache-2.0 */
/* image_wait: wait until an Image has another image or another build than it had. */
#include <string.h>

#include "base/clock.h"
#include "base/stop.h"
#include "build/image_wait.h"
#include "build/wait.h"
#include "kube/live.h"

static bool has_moved(const struct live *live, const struct image *before)
{
	return strcmp(object_text(live->object, "status.latestImage"), before->latest_image) != 0 ||
		(uint64_t)object_number(live->object, "status.buildCounter") !=
		before->build_counter;
}

/* 1: it has moved; 0: not yet. */
static int take_events(struct live *live, const struct image *before, struct err *err)
{
	int news;

	do
		news = live_next(live, err);
	while (news > 0 && !has_moved(live, before));
	return news;
}

static int wait_with(struct live *live, const struct image *before, int64_t end_ms, struct err *err)
{
	struct http *http = kube_http(live->kube);

	for (;;) {
		int moved = take_events(live, before, err);

		if (moved != 0)
			return moved;
		if (clock_monotonic_ms() >= end_ms)
			return 0;
		if (http_wait(http, wait_until(live_wait_ms(live), end_ms), err) < 0)
			return -1;
	}
}

/* It was deleted; but there may be another one of its name, which has moved. */
static int made_anew(struct image *image, const struct service *service, struct err *err)
{
	struct err why = { 0 };

	if (image_get(image, service, &why) == 0)
		return 1;
	return err_set(err, why.kind, "image '%s' in namespace '%s' was deleted", service->image,
		service->namespace);
}

int image_wait(struct image *image, const struct service *service, int64_t end_ms, struct err *err)
{
	struct kube_path path = service_path(service, service->api, "images", service->image);
	auto_live struct live live = { 0 };
	int moved;

	live_open(&live, service->kube, &path, image->object);
	moved = wait_with(&live, image, end_ms, err);
	if (moved < 0 && err->kind == ERR_MISSING)
		return made_anew(image, service, err);
	if (moved < 0 && err->kind == ERR_STOPPED) {
		stop_forget();
		return 0;
	}
	if (moved > 0)
		image_set(image, json_incref(live.object));
	return moved;
}
