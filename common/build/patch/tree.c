/* SPDX-License-Identifier: Apache-2.0 */
/* tree: a merge patch as it grows. */
#include <string.h>

#include "base/mem.h"
#include "base/span.h"
#include "build/patch/tree.h"
#include "kube/object.h"

void tree_set(json_t *tree, const char *path, json_t *value)
{
	struct span rest = span_of(path);
	struct span name;

	while (span_take_until(&rest, ".", &name)) {
		json_t *inner = json_object_getn(tree, name.data, name.length);

		if (!inner) {
			inner = json_object();
			(void)json_object_setn_new(tree, name.data, name.length, inner);
		}
		tree = inner;
		(void)span_take(&rest, ".");
	}
	(void)json_object_setn_new(tree, rest.data, rest.length, value);
}

void tree_want_text(json_t *tree, json_t *object, const char *path, const char *text)
{
	if (text && strcmp(object_text(object, path), text) != 0)
		tree_set(tree, path, json_string(text));
}

void tree_want_number(json_t *tree, json_t *object, const char *path, int64_t number)
{
	if (number && object_number(object, path) != number)
		tree_set(tree, path, json_integer(number));
}

void tree_want_nothing(json_t *tree, json_t *object, const char *path)
{
	if (object_value(object, path))
		tree_set(tree, path, json_null());
}

void tree_walk(json_t *tree, const char *prefix, tree_visit *visit, void *context)
{
	const char *key;
	json_t *value;

	json_object_foreach (tree, key, value) {
		auto_free char *path = *prefix ? mem_format("%s.%s", prefix, key)
					       : mem_copy_string(key);

		if (json_is_object(value))
			tree_walk(value, path, visit, context);
		else
			visit(context, path, value);
	}
}
