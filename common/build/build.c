/* SPDX-License-Identifier: Apache-2.0 */
/* build: kpack's Builds of one Image, as far as we look at them. */
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"
#include "build/build.h"

static enum build_state state_of(const char *succeeded)
{
	if (strcmp(succeeded, "True") == 0)
		return BUILD_GOOD;
	return strcmp(succeeded, "False") == 0 ? BUILD_FAILED : BUILD_RUNNING;
}

/* What build_read() and belongs_to() look at. */
static const struct list_part label_parts[] = { { LABEL_NUMBER, NULL }, { NULL, NULL } };
static const struct list_part annotation_parts[] = { { ANNOTATION_REASON, NULL }, { NULL, NULL } };
static const struct list_part metadata_parts[] = {
	{ "name", NULL },
	{ "labels", label_parts },
	{ "annotations", annotation_parts },
	{ "creationTimestamp", NULL },
	{ "ownerReferences", NULL },
	{ NULL, NULL },
};
static const struct list_part spec_parts[] = { { "lastBuild", NULL }, { NULL, NULL } };
static const struct list_part status_parts[] = {
	{ "conditions", NULL },
	{ "latestImage", NULL },
	{ NULL, NULL },
};
static const struct list_part build_parts[] = {
	{ "metadata", metadata_parts },
	{ "spec", spec_parts },
	{ "status", status_parts },
	{ NULL, NULL },
};

void build_read(struct build *build, json_t *object)
{
	struct condition succeeded = object_condition(object, "Succeeded");
	struct span number = span_of(object_label(object, LABEL_NUMBER));

	*build = (struct build){
		.name = mem_copy_string(object_text(object, "metadata.name")),
		.state = state_of(succeeded.status),
		.image = mem_copy_string(object_text(object, "status.latestImage")),
		.last_image = mem_copy_string(object_text(object, "spec.lastBuild.image")),
		.reason = mem_copy_string(object_annotation(object, ANNOTATION_REASON)),
		.message = mem_copy_string(succeeded.message),
	};
	/* a build without a number of kpack's is older than all that have one */
	(void)span_take_number(&number, UINT64_MAX, &build->number);
	(void)clock_parse_rfc3339(
		span_of(object_text(object, "metadata.creationTimestamp")), &build->created_ms);
	if (build->state == BUILD_GOOD && !*build_digest(build->image))
		build->state = BUILD_FAILED; /* nothing that could be deployed */
}

void build_release(struct build *build)
{
	free(build->name);
	free(build->image);
	free(build->last_image);
	free(build->reason);
	free(build->message);
	*build = (struct build){ 0 };
}

void builds_release(struct builds *builds)
{
	for (size_t i = 0; i < builds->count; i++)
		build_release(&builds->items[i]);
	free(builds->items);
	*builds = (struct builds){ 0 };
}

void builds_add(struct builds *builds, struct build *build)
{
	builds->items = mem_resize(builds->items, builds->count + 1, sizeof(*builds->items));
	builds->items[builds->count++] = *build;
	*build = (struct build){ 0 };
}

static int compare(const void *left, const void *right)
{
	const struct build *a = left;
	const struct build *b = right;

	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	if (a->created_ms != b->created_ms)
		return a->created_ms < b->created_ms ? -1 : 1;
	return strcmp(a->name, b->name);
}

static void builds_sort(struct builds *builds)
{
	if (builds->count)
		qsort(builds->items, builds->count, sizeof(*builds->items), compare);
}

const char *build_digest(const char *image)
{
	const char *at = strrchr(image, '@');

	return at ? at + 1 : "";
}

struct collector {
	struct builds *builds;
	const struct image *image;
};

/* An Image that was deleted leaves its Builds behind until the garbage collector comes. */
static bool belongs_to(json_t *object, const struct image *image)
{
	json_t *owners = object_value(object, "metadata.ownerReferences");
	size_t index;
	json_t *owner;

	json_array_foreach (owners, index, owner)
		if (strcmp(object_text(owner, "kind"), "Image") == 0)
			return strcmp(object_text(owner, "uid"), image->uid) == 0;
	return true;
}

static int collect(void *context, json_t *object, struct err *err)
{
	struct collector *collector = context;
	auto_build struct build build = { 0 };

	(void)err;
	if (!object) {
		builds_release(collector->builds);
		return 0;
	}
	if (!belongs_to(object, collector->image))
		return 0;
	build_read(&build, object);
	builds_add(collector->builds, &build);
	return 0;
}

static int add_numbers(struct buf *labels, const struct builds_range *range)
{
	for (uint64_t number = range->first; number <= range->last; number++)
		if (buf_format(labels, "%s%llu",
			    number == range->first ? "," LABEL_NUMBER " in (" : ",",
			    (unsigned long long)number) < 0)
			return -1;
	return buf_add_string(labels, ")");
}

bool builds_are_few(const struct builds_range *range)
{
	return range->first && range->last >= range->first &&
		range->last - range->first < BUILDS_RANGE_MAX;
}

static int make_selector(struct buf *labels, const struct service *service,
	const struct builds_range *range, struct err *err)
{
	int status = buf_format(labels, LABEL_IMAGE "=%s", service->image);

	if (status == 0 && builds_are_few(range))
		status = add_numbers(labels, range);
	if (status == 0 && range->generation)
		status = buf_format(
			labels, "," LABEL_GENERATION "=%lld", (long long)range->generation);
	return status < 0 ? err_set(err, ERR_INTERNAL, "the selector of builds is too long") : 0;
}

int builds_list(struct builds *builds, const struct service *service, const struct image *image,
	const struct builds_range *range, struct err *err)
{
	struct kube_path path = service_path(service, service->api, "builds", NULL);
	auto_builds struct builds found = { 0 };
	struct collector collector = { .builds = &found, .image = image };
	auto_buf struct buf labels = BUF(LIMIT_URL);
	struct kube_selector selector = { .parts = build_parts };

	if (make_selector(&labels, service, range, err) < 0)
		return -1;
	selector.labels = labels.data;
	if (kube_list(service->kube, &path, &selector, collect, &collector, NULL, err) < 0)
		return err_wrap(err, "builds of image '%s'", service->image);
	builds_sort(&found);
	*builds = found;
	found = (struct builds){ 0 };
	return 0;
}

int builds_list_newest(struct builds *builds, const struct service *service,
	const struct image *image, struct err *err)
{
	uint64_t last = image->build_counter;
	struct builds_range range = { .last = last };

	if (last <= BUILDS_NEWEST)
		return 0;
	range.first = last - BUILDS_NEWEST + 1;
	return builds_list(builds, service, image, &range, err) < 0 ? -1 : 1;
}
