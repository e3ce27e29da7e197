/* SPDX-License-Identifier: Apache-2.0 */
/* object: reading Kubernetes objects. */
#include <string.h>

#include "base/span.h"
#include "kube/object.h"

json_t *object_value(json_t *object, const char *path)
{
	struct span rest = span_of(path);
	struct span name;

	while (span_take_until(&rest, ".", &name)) {
		object = json_object_getn(object, name.data, name.length);
		(void)span_take(&rest, ".");
	}
	return json_object_getn(object, rest.data, rest.length);
}

static const char *text_or_empty(json_t *value)
{
	return json_is_string(value) ? json_string_value(value) : "";
}

const char *object_text(json_t *object, const char *path)
{
	return text_or_empty(object_value(object, path));
}

int64_t object_number(json_t *object, const char *path)
{
	return json_integer_value(object_value(object, path));
}

const char *object_label(json_t *object, const char *key)
{
	return text_or_empty(json_object_get(object_value(object, "metadata.labels"), key));
}

const char *object_annotation(json_t *object, const char *key)
{
	return text_or_empty(json_object_get(object_value(object, "metadata.annotations"), key));
}

struct condition object_condition(json_t *object, const char *type)
{
	json_t *conditions = object_value(object, "status.conditions");
	size_t index;
	json_t *item;

	json_array_foreach (conditions, index, item) {
		if (strcmp(object_text(item, "type"), type) == 0)
			return (struct condition){
				.status = object_text(item, "status"),
				.reason = object_text(item, "reason"),
				.message = object_text(item, "message"),
			};
	}
	return (struct condition){ .status = "Unknown", .reason = "", .message = "" };
}
