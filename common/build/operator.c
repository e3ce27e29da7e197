/* SPDX-License-Identifier: Apache-2.0 */
/* operator: what Images are built with: ClusterStores, ClusterStacks and ClusterBuilders. */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "build/operator.h"
#include "build/patch/apply.h"
#include "build/patch/tree.h"
#include "build/ready.h"

typedef json_t *make_patch(json_t *object, const struct image_put *params);

/* One kind of object that a put may change. */
struct change {
	const char *plural;
	const char *word;  /* for messages */
	const char *param; /* of the put */
	const char *name;  /* of the object; NULL: the put does not change one */
	make_patch *make;
};

static json_t *stack_patch(json_t *object, const struct image_put *params)
{
	const struct cluster_stack_put *stack = params->cluster_stack;
	json_t *patch = json_object();

	tree_want_text(patch, object, "spec.id", stack->id);
	tree_want_text(patch, object, "spec.buildImage.image", stack->build_image);
	tree_want_text(patch, object, "spec.runImage.image", stack->run_image);
	return patch;
}

/* A buildpack an entry, each a group of its own. */
static json_t *order_of(const struct strings *buildpacks)
{
	json_t *order = json_array();

	for (size_t i = 0; i < buildpacks->count; i++) {
		struct span version = span_of(buildpacks->items[i]);
		struct span id = version;
		json_t *buildpack;

		if (!span_take_until(&version, "@", &id))
			version = span_of("");
		(void)span_take(&version, "@");
		buildpack = json_pack("{ss%}", "id", id.data, id.length);
		if (version.length)
			(void)json_object_set_new(
				buildpack, "version", json_stringn(version.data, version.length));
		(void)json_array_append_new(order, json_pack("{s[o]}", "group", buildpack));
	}
	return order;
}

static json_t *builder_patch(json_t *object, const struct image_put *params)
{
	const struct cluster_builder_put *builder = params->cluster_builder_patch;
	json_t *patch = json_object();
	json_auto_t *order = order_of(&builder->buildpacks);

	tree_want_text(patch, object, "spec.tag", builder->tag);
	tree_want_text(patch, object, "spec.stack.name", builder->stack);
	tree_want_text(patch, object, "spec.store.name", builder->store);
	if (builder->buildpacks.count && !json_equal(object_value(object, "spec.order"), order))
		tree_set(patch, "spec.order", json_incref(order));
	return patch;
}

static bool has_image(json_t *sources, const char *image)
{
	size_t index;
	json_t *source;

	json_array_foreach (sources, index, source)
		if (strcmp(object_text(source, "image"), image) == 0)
			return true;
	return false;
}

/* The list goes whole, so it holds only for the object that it was made of. */
static json_t *store_patch(json_t *object, const struct image_put *params)
{
	const struct strings *images = &params->cluster_store_add->images;
	json_t *patch = json_object();
	json_t *before = object_value(object, "spec.sources");
	json_auto_t *sources = before ? json_copy(before) : json_array();

	for (size_t i = 0; i < images->count; i++)
		if (!has_image(sources, images->items[i]))
			(void)json_array_append_new(
				sources, json_pack("{ss}", "image", images->items[i]));
	if (json_array_size(sources) == json_array_size(before))
		return patch;
	tree_set(patch, "spec.sources", json_incref(sources));
	tree_set(patch, "metadata.resourceVersion",
		json_string(object_text(object, "metadata.resourceVersion")));
	return patch;
}

static int send_change(const struct service *service, const struct change *change,
	const struct image_put *params, json_t **object, struct err *err)
{
	struct kube_path path = {
		.api = service->api, .plural = change->plural, .name = change->name
	};

	for (int again = 0;; again++) {
		json_auto_t *before = NULL;
		json_auto_t *patch = NULL;

		if (kube_get(service->kube, &path, &before, err) < 0)
			return -1;
		patch = change->make(before, params);
		log_info("%s '%s'%s", change->word, change->name,
			json_object_size(patch) ? "" : ", as it was");
		if (!json_object_size(patch)) {
			*object = TAKE(before);
			return 0;
		}
		if (kube_patch(service->kube, &path, patch, object, err) == 0) {
			apply_say(before, patch);
			return 0;
		}
		if (kube_again(again, err) < 0)
			return -1;
	}
}

/* The server drops without a word what it does not know. */
static int check_taken(const struct change *change, const struct image_put *params, json_t *object,
	struct err *err)
{
	json_auto_t *rest = change->make(object, params);

	if (!json_object_size(rest))
		return 0;
	return err_set(
		err, ERR_REMOTE, "the API server did not take all of params.%s", change->param);
}

static int apply_change(const struct service *service, const struct change *change,
	const struct image_put *params, const struct patience *patience, struct err *err)
{
	struct kube_path path = {
		.api = service->api, .plural = change->plural, .name = change->name
	};
	json_t *object = NULL;
	int status = send_change(service, change, params, &object, err);

	if (status == 0) {
		json_auto_t *answer = object;

		status = check_taken(change, params, answer, err);
		if (status == 0 && params->wait)
			status = ready_wait(service->kube, &path, answer, patience, err);
	}
	return status < 0 ? err_wrap(err, "%s '%s'", change->word, change->name) : 0;
}

int operator_check(const struct image_put *params, struct err *err)
{
	const struct cluster_stack_put *stack = params->cluster_stack;
	const struct cluster_builder_put *builder = params->cluster_builder_patch;
	const struct cluster_store_put *store = params->cluster_store_add;

	if (stack && !stack->id && !stack->build_image && !stack->run_image)
		return err_set(err, ERR_CONFIG,
			"params.cluster_stack: nothing to change: give build_image and run_image");
	if (builder && !builder->tag && !builder->stack && !builder->store &&
		!builder->buildpacks.count)
		return err_set(err, ERR_CONFIG,
			"params.cluster_builder_patch: nothing to change: give tag, stack, store or buildpacks");
	if (store && !store->images.count)
		return err_set(err, ERR_CONFIG, "params.cluster_store_add.images: is required");
	if (stack && !service_is_name(stack->name))
		return err_set(err, ERR_CONFIG,
			"params.cluster_stack.name: is not the name of a ClusterStack");
	if (builder && !service_is_name(builder->name))
		return err_set(err, ERR_CONFIG,
			"params.cluster_builder_patch.name: is not the name of a ClusterBuilder");
	if (store && !service_is_name(store->name))
		return err_set(err, ERR_CONFIG,
			"params.cluster_store_add.name: is not the name of a ClusterStore");
	return 0;
}

int operator_apply(const struct service *service, const struct image_put *params,
	const struct patience *patience, struct err *err)
{
	const struct change changes[] = {
		{ "clusterstores", "cluster store", "cluster_store_add",
			params->cluster_store_add ? params->cluster_store_add->name : NULL,
			store_patch },
		{ "clusterstacks", "cluster stack", "cluster_stack",
			params->cluster_stack ? params->cluster_stack->name : NULL, stack_patch },
		{ "clusterbuilders", "cluster builder", "cluster_builder_patch",
			params->cluster_builder_patch ? params->cluster_builder_patch->name : NULL,
			builder_patch },
	};

	for (size_t i = 0; i < COUNT(changes); i++)
		if (changes[i].name &&
			apply_change(service, &changes[i], params, patience, err) < 0)
			return -1;
	return 0;
}
