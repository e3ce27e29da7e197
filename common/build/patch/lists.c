/* SPDX-License-Identifier: Apache-2.0 */
/* lists: edits of the lists in an Image's spec. */
#include <string.h>

#include "build/patch/lists.h"
#include "build/patch/tree.h"
#include "kube/object.h"

/* A list to edit: a copy of the object's, or an empty one. */
static json_t *copy_of(json_t *object, const char *path)
{
	json_t *list = object_value(object, path);

	return json_is_array(list) ? json_copy(list) : json_array();
}

/* Hand the list over to the patch, or free it. */
static bool finish(json_t *patch, const char *path, json_t *list, bool changed)
{
	if (changed)
		tree_set(patch, path, list);
	else
		json_decref(list);
	return changed;
}

static size_t find_name(json_t *list, const char *name)
{
	size_t index;
	json_t *item;

	json_array_foreach (list, index, item)
		if (strcmp(object_text(item, "name"), name) == 0)
			return index;
	return SIZE_MAX;
}

/* -- env -- */

static int check_env(json_t *env, struct err *err)
{
	const char *name;
	json_t *value;

	if (env && !json_is_object(env))
		return err_set(err, ERR_CONFIG, "params.env: must be a map");
	json_object_foreach (env, name, value) {
		if (!*name || strchr(name, '='))
			return err_set(err, ERR_CONFIG, "params.env: holds what is no name");
		if (!json_is_string(value) && !json_is_null(value))
			return err_set(err, ERR_CONFIG,
				"params.env.%s: must be a string (quote it in YAML)", name);
	}
	return 0;
}

static bool set_variable(json_t *list, const char *name, json_t *value)
{
	size_t index = find_name(list, name);
	json_t *variable = json_array_get(list, index);

	if (json_is_null(value) ||
		(variable && !object_value(variable, "valueFrom") &&
			strcmp(object_text(variable, "value"), json_string_value(value)) == 0))
		return false;
	variable = json_pack("{sssO}", "name", name, "value", value);
	if (index == SIZE_MAX)
		(void)json_array_append_new(list, variable);
	else
		(void)json_array_set_new(list, index, variable);
	return true;
}

bool lists_env(json_t *patch, json_t *object, const struct image_put *params)
{
	static const char path[] = "spec.build.env";
	json_t *list = copy_of(object, path);
	bool changed = false;
	const char *name;
	json_t *value;

	json_object_foreach (params->env, name, value)
		changed |= set_variable(list, name, value);
	for (size_t i = 0; i < params->delete_env.count; i++)
		changed |= json_array_remove(list, find_name(list, params->delete_env.items[i])) ==
			0;
	return finish(patch, path, list, changed);
}

/* -- services -- */

/* "NAME" of a Secret, or "KIND:APIVERSION:NAME". NULL where it is neither. */
static json_t *reference_of(const char *text)
{
	struct span rest = span_of(text);
	struct span kind = SPAN_LITERAL("Secret");
	struct span version = SPAN_LITERAL("v1");

	if (span_take_until(&rest, ":", &kind) &&
		!(span_take(&rest, ":") && span_take_until(&rest, ":", &version) &&
			span_take(&rest, ":")))
		return NULL;
	if (!kind.length || !version.length || !rest.length || memchr(rest.data, ':', rest.length))
		return NULL;
	return json_pack("{ss%ss%ss%}", "kind", kind.data, kind.length, "apiVersion", version.data,
		version.length, "name", rest.data, rest.length);
}

static int check_services(const struct strings *services, const char *field, struct err *err)
{
	for (size_t i = 0; i < services->count; i++) {
		json_auto_t *reference = reference_of(services->items[i]);

		if (!reference)
			return err_set(err, ERR_CONFIG,
				"params.%s[%zu]: must be the name of a Secret, or KIND:APIVERSION:NAME",
				field, i);
	}
	return 0;
}

static size_t find_reference(json_t *list, json_t *reference)
{
	size_t index;
	json_t *item;

	json_array_foreach (list, index, item)
		if (strcmp(object_text(item, "name"), object_text(reference, "name")) == 0 &&
			strcmp(object_text(item, "kind"), object_text(reference, "kind")) == 0)
			return index;
	return SIZE_MAX;
}

bool lists_services(json_t *patch, json_t *object, const struct image_put *params)
{
	static const char path[] = "spec.build.services";
	const struct strings *add = &params->service_bindings;
	const struct strings *take = &params->delete_service_bindings;
	json_t *list = copy_of(object, path);
	bool changed = false;

	for (size_t i = 0; i < add->count; i++) {
		json_auto_t *reference = reference_of(add->items[i]);

		if (find_reference(list, reference) == SIZE_MAX)
			changed |= json_array_append(list, reference) == 0;
	}
	for (size_t i = 0; i < take->count; i++) {
		json_auto_t *reference = reference_of(take->items[i]);

		changed |= json_array_remove(list, find_reference(list, reference)) == 0;
	}
	return finish(patch, path, list, changed);
}

/* -- additional tags -- */

static size_t find_text(json_t *list, const char *text)
{
	size_t index;
	json_t *item;

	json_array_foreach (list, index, item)
		if (json_is_string(item) && strcmp(json_string_value(item), text) == 0)
			return index;
	return SIZE_MAX;
}

bool lists_tags(json_t *patch, json_t *object, const struct image_put *params)
{
	static const char path[] = "spec.additionalTags";
	const struct strings *add = &params->additional_tags;
	const struct strings *take = &params->delete_additional_tags;
	json_t *list = copy_of(object, path);
	bool changed = false;

	for (size_t i = 0; i < add->count; i++)
		if (find_text(list, add->items[i]) == SIZE_MAX)
			changed |= json_array_append_new(list, json_string(add->items[i])) == 0;
	for (size_t i = 0; i < take->count; i++)
		changed |= json_array_remove(list, find_text(list, take->items[i])) == 0;
	return finish(patch, path, list, changed);
}

/* What is set and taken away at once would be sent for ever. */
static int check_both(
	const struct strings *add, const struct strings *take, const char *field, struct err *err)
{
	for (size_t i = 0; i < take->count; i++)
		if (strings_have(add, take->items[i]))
			return err_set(err, ERR_CONFIG,
				"params.%s and params.delete_%s: both name '%s'", field, field,
				take->items[i]);
	return 0;
}

int lists_check(const struct image_put *params, struct err *err)
{
	if (check_env(params->env, err) < 0 ||
		check_services(&params->service_bindings, "service_bindings", err) < 0 ||
		check_services(&params->delete_service_bindings, "delete_service_bindings", err) <
			0 ||
		check_both(&params->service_bindings, &params->delete_service_bindings,
			"service_bindings", err) < 0 ||
		check_both(&params->additional_tags, &params->delete_additional_tags,
			"additional_tags", err) < 0)
		return -1;
	for (size_t i = 0; i < params->delete_env.count; i++)
		if (json_object_get(params->env, params->delete_env.items[i]))
			return err_set(err, ERR_CONFIG,
				"params.env and params.delete_env: both name '%s'",
				params->delete_env.items[i]);
	return 0;
}
