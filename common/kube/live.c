/* SPDX-License-Identifier: Apache-2.0 */
/* live: one object of the API as it is now, kept up by a watch. */
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "kube/live.h"
#include "kube/object.h"

static const char *version_of(json_t *object)
{
	return object_text(object, "metadata.resourceVersion");
}

static char *copy_uid(json_t *object)
{
	return mem_copy_string(object_text(object, "metadata.uid"));
}

void live_open(struct live *live, struct kube *kube, const struct kube_path *path, json_t *object)
{
	*live = (struct live){
		.kube = kube,
		.path = *path,
		.all = *path,
		.field = mem_format("metadata.name=%s", path->name),
		.object = json_incref(object),
		.uid = object ? copy_uid(object) : NULL,
		.news_ms = clock_monotonic_ms(),
	};
	live->all.name = NULL;
	live->selector.fields = live->field;
	live->watch = watch_new(kube, &live->all, &live->selector, version_of(object));
	if (!object)
		watch_after_reading(live->watch);
}

void live_release(struct live *live)
{
	watch_free(live->watch);
	json_decref(live->object);
	free(live->field);
	free(live->uid);
	*live = (struct live){ 0 };
}

static int refuse_deleted(struct err *err)
{
	return err_set(err, ERR_MISSING, "was deleted meanwhile");
}

/* A state, taken over: 1 where it is another one, 0 where it is not. */
static int take(struct live *live, json_t *object, struct err *err)
{
	bool news = !live->object || strcmp(version_of(object), version_of(live->object)) != 0;

	json_decref(live->object);
	live->object = object;
	if (!live->uid)
		live->uid = copy_uid(object);
	if (strcmp(object_text(object, "metadata.uid"), live->uid) != 0)
		return refuse_deleted(err);
	if (news)
		live->news_ms = clock_monotonic_ms();
	return news;
}

/* Read it, for the watch to go on from there. */
static int read_again(struct live *live, struct err *err)
{
	json_t *object;

	if (kube_get(live->kube, &live->path, &object, err) < 0)
		return err->kind == ERR_MISSING ? refuse_deleted(err)
						: watch_unread(live->watch, err);
	watch_from(live->watch, version_of(object));
	return take(live, object, err);
}

int live_next(struct live *live, struct err *err)
{
	for (;;) {
		int news = 0;
		json_t *object;

		switch (watch_next(live->watch, &object, err)) {
		case WATCH_NOTHING:
			return 0;
		case WATCH_CHANGED:
			news = take(live, object, err);
			break;
		case WATCH_DELETED:
			json_decref(object);
			return refuse_deleted(err);
		case WATCH_AGAIN:
			news = read_again(live, err);
			break;
		default:
			return -1;
		}
		if (news != 0)
			return news;
	}
}

int live_wait_ms(const struct live *live)
{
	return watch_wait_ms(live->watch);
}
