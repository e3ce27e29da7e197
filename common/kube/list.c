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

/* "[" object { "," object } "]", or null */
static int walk_items(struct span items, list_visit *visit, void *context, struct err *err)
{
	struct span text;

	if (span_is(items, "null"))
		return 0;
	if (!scan_take(&items, "["))
		return refuse(err);
	if (scan_take(&items, "]"))
		return 0;
	do {
		json_auto_t *object = NULL;

		if (!scan_take_value(&items, &text))
			return refuse(err);
		object = parse(text);
		if (!json_is_object(object))
			return refuse(err);
		if (visit(context, object, err) < 0)
			return -1;
	} while (scan_take(&items, ","));
	return scan_take(&items, "]") ? 0 : refuse(err);
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

static int walk_members(
	struct span text, list_visit *visit, void *context, struct list_page *page, struct err *err)
{
	bool has_items = false;
	struct span key;
	struct span value;

	if (!scan_take(&text, "{"))
		return refuse(err);
	do {
		if (!scan_take_value(&text, &key) || !scan_take(&text, ":") ||
			!scan_take_value(&text, &value))
			return refuse(err);
		if (span_is(key, "\"metadata\""))
			read_metadata(value, page);
		if (!span_is(key, "\"items\""))
			continue;
		has_items = true;
		if (walk_items(value, visit, context, err) < 0)
			return -1;
	} while (scan_take(&text, ","));
	return has_items && scan_take(&text, "}") ? 0 : refuse(err);
}

int list_walk(
	struct span text, list_visit *visit, void *context, struct list_page *page, struct err *err)
{
	struct list_page read = { 0 };

	if (walk_members(text, visit, context, &read, err) < 0) {
		free(read.token);
		free(read.resource_version);
		return -1;
	}
	if (!read.resource_version)
		read.resource_version = mem_copy_string("");
	*page = read;
	return 0;
}
