/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_watch: whatever an API server may send: a watch, a page of a list, a log with timestamps, a
 * Status.
 *
 * The first byte is the size of the pieces in which the rest comes. The same bytes in one piece must
 * give the same events.
 */
#include <stdint.h>
#include <string.h>

#include "base/limits.h"
#include "build/build.h"
#include "build/failure.h"
#include "build/pod.h"
#include "kube/events.h"
#include "kube/list.h"
#include "kube/object.h"
#include "kube/stamps.h"
#include "kube/status.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Everything that reads an object, whatever it is. */
static void read_object(json_t *object)
{
	auto_image struct image image = { 0 };
	auto_pod struct pod pod = { 0 };
	auto_build struct build build = { 0 };
	auto_free char *obstacle = NULL;
	struct err err = { 0 };

	image_set(&image, json_incref(object));
	build_read(&build, object);
	pod_set(&pod, json_incref(object));
	obstacle = pod_obstacle(&pod);
	if (failure_error(object, &pod, &err) != -1 || status_object_error(object, &err) != -1)
		abort();
}

static size_t count_events(struct span bytes, size_t piece)
{
	struct events events = EVENTS_INIT;
	struct err err = { 0 };
	size_t count = 0;
	int status = 0;

	while (bytes.length && status >= 0) {
		struct span part = { bytes.data, bytes.length < piece ? bytes.length : piece };
		json_t *event = NULL;

		bytes.data += part.length;
		bytes.length -= part.length;
		if (events_feed(&events, part, &err) < 0)
			break;
		while ((status = events_take(&events, &event, &err)) > 0) {
			read_object(json_object_get(event, "object"));
			json_decref(event);
			count++;
		}
	}
	events_release(&events);
	return count;
}

static int visit(void *context, json_t *object, struct err *err)
{
	size_t *count = context;

	(void)err;
	read_object(object);
	(*count)++;
	return 0;
}

/* How many objects the list holds; -1 where it is none. */
static long walk_list(struct span bytes, const struct list_part *parts)
{
	struct list_page page = { 0 };
	struct err err = { 0 };
	size_t count = 0;

	if (list_walk(bytes, parts, visit, &count, &page, &err) < 0)
		return -1;
	free(page.token);
	free(page.resource_version);
	return (long)count;
}

/* A list whose objects are built in part holds as many of them; what is passed over may be no JSON. */
static bool parts_agree(struct span bytes)
{
	static const struct list_part metadata[] = { { "name", NULL }, { NULL, NULL } };
	static const struct list_part parts[] = { { "metadata", metadata }, { NULL, NULL } };
	long whole = walk_list(bytes, NULL);

	return walk_list(bytes, parts) == whole || whole < 0;
}

/* A log that is cut and comes again shows as much as one that does not. */
static void read_log(struct span bytes, size_t piece)
{
	auto_buf struct buf lines = BUF(LIMIT_PODLOG_LINE);
	char since[CLOCK_RFC3339_SIZE];
	struct stamps stamps = { 0 };
	struct span part = { bytes.data, bytes.length < piece ? bytes.length : piece };

	if (stamps_take(&stamps, &part, false, &lines) < 0 || part.length > bytes.length)
		abort();
	(void)stamps_resume(&stamps, since);
	if (stamps_take(&stamps, &bytes, true, &lines) < 0 || bytes.length)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = { (const char *)data + 1, size - 1 };
	struct err err = { 0 };

	if (!size)
		return 0;
	if (count_events(bytes, (size_t)data[0] + 1) != count_events(bytes, size) ||
		!parts_agree(bytes))
		abort();
	read_log(bytes, (size_t)data[0] + 1);
	return status_error(data[0] * 3, bytes, "api/v1", &err) == -1 ? 0 : 1;
}
