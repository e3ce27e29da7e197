/* SPDX-License-Identifier: Apache-2.0 */
/* apply: a merge patch becomes the Image's state, and the log says what is different. */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "build/patch/apply.h"
#include "build/patch/older.h"
#include "build/patch/tree.h"
#include "net/http.h"

/* The text of a value for the log, the caller's; NULL where it holds what is not for the log. */
static char *show(json_t *value)
{
	if (json_is_integer(value))
		return mem_format("%lld", (long long)json_integer_value(value));
	if (!json_is_string(value))
		return NULL;
	/* a signed URL is a credential */
	if (strstr(json_string_value(value), "://"))
		return http_show_url(json_string_value(value));
	return mem_copy_string(json_string_value(value));
}

static const char *label_of(const char *path)
{
	struct span rest = span_of(path);

	if (span_is(rest, "spec.source.git.revision"))
		return "revision";
	(void)span_take(&rest, "spec.");
	return rest.data;
}

static void say_leaf(void *context, const char *path, json_t *value)
{
	json_t *before = object_value(context, path);
	auto_free char *old = show(before);
	auto_free char *new = show(value);
	const char *label = label_of(path);

	if (span_starts(span_of(path), "metadata."))
		return;
	if (json_is_array(value)) {
		log_info("%s: %zu entries, there were %zu", label, json_array_size(value),
			json_array_size(before));
		return;
	}
	if (old && *old)
		log_colour(LOG_RED, "- %s %s", label, old);
	else if (json_is_null(value) && before)
		log_colour(LOG_RED, "- %s", label);
	if (new)
		log_colour(LOG_GREEN, "+ %s %s", label, new);
}

void apply_say(json_t *object, json_t *patch)
{
	tree_walk(patch, "", say_leaf, object);
}

static void first_leaf(void *context, const char *path, json_t *value)
{
	char **first = context;

	(void)value;
	if (!*first && !span_starts(span_of(path), "metadata."))
		*first = mem_copy_string(path);
}

/* The server drops without a word what it does not know, so its answer is compared. */
static int check_taken(const struct image *image, const struct service *service,
	const struct edit *edit, struct err *err)
{
	json_auto_t *rest = edit_patch(edit, image);
	auto_free char *path = NULL;

	tree_walk(rest, "", first_leaf, &path);
	if (!path)
		return 0;
	return err_set(err, ERR_REMOTE, "image '%s': the API server did not take %s",
		service->image, path);
}

static int send_patch(
	struct image *image, const struct service *service, json_t *patch, struct err *err)
{
	struct kube_path path = service_path(service, service->api, "images", service->image);
	json_auto_t *before = json_incref(image->object);
	json_t *object;

	if (kube_patch(service->kube, &path, patch, &object, err) < 0)
		return -1;
	apply_say(before, patch);
	image_set(image, object);
	return 0;
}

static void say_unchanged(const struct edit *edit)
{
	if (edit->revision)
		log_info("revision %s, as it was", edit->revision);
	else
		log_info("%s, as it was", edit->what);
}

int apply_edit(struct image *image, const struct service *service, const struct edit *edit,
	bool *changed, struct err *err)
{
	for (int again = 0;; again++) {
		json_auto_t *patch = NULL;

		if (edit_check(edit, image, err) < 0)
			return -1;
		patch = edit_patch(edit, image);
		*changed = json_object_size(patch) > 0;
		if (!*changed) {
			say_unchanged(edit);
			return 0;
		}
		if (send_patch(image, service, patch, err) == 0)
			return check_taken(image, service, edit, err);
		if (kube_again(again, err) < 0)
			return err_wrap(err, "image '%s'", service->image);
		if (image_get(image, service, err) < 0)
			return -1;
	}
}

/* An Image of a new one's usual make, as kp creates it. */
static json_t *new_object(const struct service *service, const struct image_put *params)
{
	struct span version = span_of(service->api);

	(void)span_take(&version, "apis/");
	return json_pack("{ss% ss s{ss ss} s{ss s{ss ss}}}", "apiVersion", version.data,
		version.length, "kind", "Image", "metadata", "name", service->image, "namespace",
		service->namespace, "spec", "tag", params->tag, "builder", "kind", "ClusterBuilder",
		"name", "default");
}

int apply_create(struct image *image, const struct service *service, const struct edit *edit,
	struct err *err)
{
	struct kube_path path = service_path(service, service->api, "images", service->image);
	auto_image struct image wanted = { 0 };
	json_auto_t *patch = NULL;
	json_t *object = new_object(service, edit->params);

	image_set(&wanted, object);
	if (older_check(edit->params, &wanted, err) < 0)
		return -1;
	patch = edit_patch(edit, &wanted);
	(void)json_object_update_recursive(object, patch);
	/* v1alpha2 has a default for it */
	if (image_is_older(&wanted) && !edit->params->service_account)
		tree_set(object, "spec.serviceAccount", json_string("default"));
	if (kube_create(service->kube, &path, object, &object, err) < 0)
		return err_wrap(err, "image '%s'", service->image);
	image_set(image, object);
	log_colour(LOG_GREEN, "image '%s' was created in namespace '%s'", service->image,
		service->namespace);
	return check_taken(image, service, edit, err);
}
