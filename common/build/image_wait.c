/* SPDX-License-Identifier: Apache-2.0 */
/* image_wait: wait until an Image has another image or another build than it had. */
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/stop.h"
#include "build/image_wait.h"
#include "build/wait.h"
#include "kube/watch.h"

/* What it had when the wait began. */
struct before {
	char *latest_image;
	uint64_t build_counter;
	char *uid;
};

static void before_release(struct before *before)
{
	free(before->latest_image);
	free(before->uid);
}

static bool has_moved(const struct image *image, const struct before *before)
{
	return strcmp(image->latest_image, before->latest_image) != 0 ||
		image->build_counter != before->build_counter ||
		strcmp(image->uid, before->uid) != 0;
}

/* 1: it has moved; 0: not yet. */
static int take_events(struct watch *watch, struct image *image, const struct service *service,
	const struct before *before, struct err *err)
{
	for (;;) {
		json_t *object;

		switch (watch_next(watch, &object, err)) {
		case WATCH_NOTHING:
			return 0;
		case WATCH_CHANGED:
			image_set(image, object);
			break;
		case WATCH_DELETED:
			json_decref(object);
			return err_set(err, ERR_MISSING, "image '%s' in namespace '%s' was deleted",
				service->image, service->namespace);
		case WATCH_AGAIN:
			if (image_get(image, service, err) < 0)
				return -1;
			watch_from(watch, image->resource_version);
			break;
		default:
			return -1;
		}
		if (has_moved(image, before))
			return 1;
	}
}

static int wait_with(struct watch *watch, struct image *image, const struct service *service,
	const struct before *before, int64_t end_ms, struct err *err)
{
	struct http *http = kube_http(service->kube);

	for (;;) {
		int moved = take_events(watch, image, service, before, err);

		if (moved != 0)
			return moved;
		if (clock_monotonic_ms() >= end_ms)
			return 0;
		if (http_wait(http, wait_until(watch_wait_ms(watch), end_ms), err) < 0)
			return -1;
	}
}

int image_wait(struct image *image, const struct service *service, int64_t end_ms, struct err *err)
{
	auto_free char *field = mem_format("metadata.name=%s", service->image);
	struct kube_path images = service_path(service, KPACK_API, "images", NULL);
	struct kube_selector selector = { .fields = field };
	auto_watch struct watch *watch = watch_new(
		service->kube, &images, &selector, image->resource_version);
	AUTO(before_release)
	struct before before = {
		.latest_image = mem_copy_string(image->latest_image),
		.build_counter = image->build_counter,
		.uid = mem_copy_string(image->uid),
	};
	int moved = wait_with(watch, image, service, &before, end_ms, err);

	if (moved < 0 && err->kind == ERR_STOPPED) {
		stop_forget();
		return 0;
	}
	return moved;
}
