/* SPDX-License-Identifier: Apache-2.0 */
/* edit: the merge patch that makes an Image what a put asks for. */
#include <string.h>

#include "base/mem.h"
#include "build/patch/edit.h"
#include "build/patch/lists.h"
#include "build/patch/older.h"
#include "build/patch/quantity.h"
#include "build/patch/tree.h"

/* Params that are members of the spec as they are, and as v1alpha1 calls them; older.c refuses those
 * that it does not have. */
static const struct text_row {
	const char *path;
	const char *older_path;
	size_t offset;
} text_rows[] = {
	{ "spec.source.git.url", "spec.source.git.url", offsetof(struct image_put, git_url) },
	{ "spec.source.subPath", "spec.source.subPath", offsetof(struct image_put, sub_path) },
	{ "spec.serviceAccountName", "spec.serviceAccount",
		offsetof(struct image_put, service_account) },
	{ "spec.defaultProcess", NULL, offsetof(struct image_put, default_process) },
};

static const struct number_row {
	const char *path;
	size_t offset;
} number_rows[] = {
	{ "spec.successBuildHistoryLimit",
		offsetof(struct image_put, success_build_history_limit) },
	{ "spec.failedBuildHistoryLimit", offsetof(struct image_put, failed_build_history_limit) },
	{ "spec.build.buildTimeout", offsetof(struct image_put, build_timeout) },
};

static const char *text_of(const struct image_put *params, const struct text_row *row)
{
	const void *member = (const char *)params + row->offset;

	return *(char *const *)member;
}

static int64_t number_of(const struct image_put *params, const struct number_row *row)
{
	const void *member = (const char *)params + row->offset;

	return *(const int64_t *)member;
}

void edit_release(struct edit *edit)
{
	free(edit->revision);
	free(edit->blob_url);
	free(edit->registry_image);
	free(edit->local_path);
	free(edit->what);
	*edit = (struct edit){ 0 };
}

static bool sets_lists(const struct image_put *params)
{
	return json_object_size(params->env) || params->delete_env.count ||
		params->service_bindings.count || params->delete_service_bindings.count ||
		params->additional_tags.count || params->delete_additional_tags.count;
}

bool edit_is_empty(const struct edit *edit)
{
	const struct image_put *params = edit->params;

	if (edit->revision || edit->blob_url || edit->registry_image || params->local_path ||
		params->builder || params->cluster_builder || params->cache_size ||
		sets_lists(params))
		return false;
	for (size_t i = 0; i < COUNT(text_rows); i++)
		if (text_of(params, &text_rows[i]))
			return false;
	for (size_t i = 0; i < COUNT(number_rows); i++)
		if (number_of(params, &number_rows[i]))
			return false;
	return true;
}

void edit_use_image(struct edit *edit, const char *reference)
{
	free(edit->registry_image);
	free(edit->what);
	edit->registry_image = mem_copy_string(reference);
	edit->what = mem_format("source '%s'", reference);
}

/* The type of source that the edit is for, as the Image's spec calls it; NULL: any. */
static const char *type_of(const struct edit *edit)
{
	if (edit->params->local_path)
		return NULL; /* it is a whole source, and takes the place of any other */
	if (edit->revision || edit->params->git_url)
		return "git";
	if (edit->blob_url)
		return "blob";
	return edit->registry_image ? "registry" : NULL;
}

/* A revision alone would make half an object of an Image with another source. */
int edit_check(const struct edit *edit, const struct image *image, struct err *err)
{
	const char *type = type_of(edit);
	json_t *source = object_value(image->object, "spec.source");

	if (older_check(edit->params, image, err) < 0)
		return -1;
	if (!type || json_object_get(source, type))
		return 0;
	return err_set(err, ERR_CONFIG,
		"params.%s: image '%s' is not built from %s (spec.source.%s is not set)",
		edit->field, object_text(image->object, "metadata.name"), type, type);
}

static void want_builder(json_t *patch, const struct image *image, const struct image_put *params)
{
	json_t *object = image->object;

	if (params->builder) {
		tree_want_text(patch, object, "spec.builder.kind", "Builder");
		tree_want_text(patch, object, "spec.builder.name", params->builder);
		tree_want_text(patch, object, "spec.builder.namespace",
			object_text(object, "metadata.namespace"));
	}
	if (params->cluster_builder) {
		tree_want_text(patch, object, "spec.builder.kind", "ClusterBuilder");
		tree_want_text(patch, object, "spec.builder.name", params->cluster_builder);
		tree_want_nothing(patch, object, "spec.builder.namespace");
	}
}

/* The server writes a quantity in its own way. */
static void want_cache(json_t *patch, const struct image *image, const char *size)
{
	const char *path = image_is_older(image) ? "spec.cacheSize" : "spec.cache.volume.size";

	if (size && !quantity_equal(object_text(image->object, path), size))
		tree_set(patch, path, json_string(size));
}

/* Another repository has no commit of the one before; kp begins with main, too. */
static const char *revision_of(const struct edit *edit, const struct image *image)
{
	const char *url = edit->params->git_url;

	if (edit->revision || !url || strcmp(url, image->git_url) == 0)
		return edit->revision;
	return "main";
}

json_t *edit_patch(const struct edit *edit, const struct image *image)
{
	const struct image_put *params = edit->params;
	json_t *object = image->object;
	json_t *patch = json_object();
	bool older = image_is_older(image);
	bool lists;

	if (params->local_path) {
		tree_want_nothing(patch, object, "spec.source.git");
		tree_want_nothing(patch, object, "spec.source.blob");
	}
	tree_want_text(patch, object, "spec.source.git.revision", revision_of(edit, image));
	tree_want_text(patch, object, "spec.source.blob.url", edit->blob_url);
	tree_want_text(patch, object, "spec.source.registry.image", edit->registry_image);
	for (size_t i = 0; i < COUNT(text_rows); i++)
		tree_want_text(patch, object, older ? text_rows[i].older_path : text_rows[i].path,
			text_of(params, &text_rows[i]));
	for (size_t i = 0; i < COUNT(number_rows); i++)
		tree_want_number(
			patch, object, number_rows[i].path, number_of(params, &number_rows[i]));
	want_builder(patch, image, params);
	want_cache(patch, image, params->cache_size);
	lists = lists_env(patch, object, params);
	lists |= lists_services(patch, object, params);
	lists |= lists_tags(patch, object, params);
	if (lists && *image->resource_version)
		tree_set(patch, "metadata.resourceVersion", json_string(image->resource_version));
	return patch;
}

bool edit_stands(const struct edit *edit, const struct image *image)
{
	json_auto_t *patch = edit_patch(edit, image);

	return json_object_size(patch) == 0;
}
