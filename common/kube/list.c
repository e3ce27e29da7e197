/* SPDX-License-Identifier: Apache-2.0 */
/* list: one page of a Kubernetes list, walked without building it whole. */
#include "base/mem.h"
#include "kube/list.h"
#include "kube/object.h"
#include "kube/scan.h"

static int refuse(struct err *err)
{
	return err_set(
		err, ERR_REMOTE, "the answer is not a list, is this a Kubernetes API server?");
}

static json_t *parse(struct span text)
{
	json_error_t error;

	return json_loadb(text.data, text.length, JSON_DECODE_ANY, &error);
}

static const struct list_part *find_part(const struct list_part *parts, struct span key)
{
	struct span name = key;

	if (!span_take(&name, "\"") || !name.length)
		return NULL;
	name.length--;
	for (; parts->name; parts++)
		if (span_is(name, parts->name))
			return parts;
	return NULL;
}

static json_t *take_value(struct span *from, const struct list_part *parts);

/* Take a member's value into the object, if it is one of `parts`. */
static bool take_member(
	struct span *from, struct span key, const struct list_part *parts, json_t *object)
{
	const struct list_part *part = find_part(parts, key);
	struct span passed;

	if (!part)
		return scan_take_value(from, &passed);
	return json_object_set_new(object, part->name, take_value(from, part->parts)) == 0;
}

/* Behind "{". */
static bool take_members(struct span *from, const struct list_part *parts, json_t *object)
{
	struct span key;

	do
		if (!scan_take_value(from, &key) || !scan_take(from, ":") ||
			!take_member(from, key, parts, object))
			return false;
	while (scan_take(from, ","));
	return scan_take(from, "}");
}

/* NULL where there is none. */
static json_t *take_value(struct span *from, const struct list_part *parts)
{
	json_auto_t *object = NULL;
	struct span text;

	if (!parts || !scan_take(from, "{"))
		return scan_take_value(from, &text) ? parse(text) : NULL;
	object = json_object();
	return scan_take(from, "}") || take_members(from, parts, object) ? TAKE(object) : NULL;
}

/* "[" object { "," object } "]", or null */
static int take_items(struct span *from, const struct list_part *parts, list_visit *visit,
	void *context, struct err *err)
{
	if (scan_take(from, "null"))
		return 0;
	if (!scan_take(from, "["))
		return refuse(err);
	if (scan_take(from, "]"))
		return 0;
	do {
		json_auto_t *object = take_value(from, parts);

		if (!json_is_object(object))
			return refuse(err);
		if (visit(context, object, err) < 0)
			return -1;
	} while (scan_take(from, ","));
	return scan_take(from, "]") ? 0 : refuse(err);
}

static void read_metadata(struct span text, struct list_page *page)
{
	json_auto_t *metadata = parse(text);
	const char *token = object_text(metadata, "continue");

	free(page->token);
	free(page->resource_version);
	page->token = *token ? mem_copy_string(token) : NULL;
	page->resource_version = mem_copy_string(object_text(metadata, "resourceVersion"));
}

static int walk_members(struct span text, const struct list_part *parts, list_visit *visit,
	void *context, struct list_page *page, struct err *err)
{
	bool has_items = false;
	struct span key;
	struct span value;

	if (!scan_take(&text, "{"))
		return refuse(err);
	do {
		if (!scan_take_value(&text, &key) || !scan_take(&text, ":"))
			return refuse(err);
		if (span_is(key, "\"items\"")) {
			has_items = true;
			if (take_items(&text, parts, visit, context, err) < 0)
				return -1;
			continue;
		}
		if (!scan_take_value(&text, &value))
			return refuse(err);
		if (span_is(key, "\"metadata\""))
			read_metadata(value, page);
	} while (scan_take(&text, ","));
	return has_items && scan_take(&text, "}") ? 0 : refuse(err);
}

int list_walk(struct span text, const struct list_part *parts, list_visit *visit, void *context,
	struct list_page *page, struct err *err)
{
	struct list_page read = { 0 };

	if (walk_members(text, parts, visit, context, &read, err) < 0) {
		free(read.token);
		free(read.resource_version);
		return -1;
	}
	if (!read.resource_version)
		read.resource_version = mem_copy_string("");
	*page = read;
	return 0;
}
