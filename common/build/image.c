/* SPDX-License-Identifier: Apache-2.0 */
/* image: kpack's Image, as far as we look at it. */
#include <string.h>

#include "build/image.h"

void image_set(struct image *image, json_t *object)
{
	json_decref(image->object);
	*image = (struct image){
		.object = object,
		.uid = object_text(object, "metadata.uid"),
		.resource_version = object_text(object, "metadata.resourceVersion"),
		.generation = object_number(object, "metadata.generation"),
		.observed_generation = object_number(object, "status.observedGeneration"),
		.build_generation = object_number(object, "status.latestBuildImageGeneration"),
		.build_counter = (uint64_t)object_number(object, "status.buildCounter"),
		.latest_build = object_text(object, "status.latestBuildRef"),
		.latest_image = object_text(object, "status.latestImage"),
		.tag = object_text(object, "spec.tag"),
		.git_url = object_text(object, "spec.source.git.url"),
		.git_revision = object_text(object, "spec.source.git.revision"),
		.ready = object_condition(object, "Ready"),
	};
}

void image_release(struct image *image)
{
	json_decref(image->object);
	*image = (struct image){ 0 };
}

int image_get(struct image *image, const struct service *service, struct err *err)
{
	struct kube_path path = service_path(service, service->api, "images", service->image);
	json_t *object;

	if (kube_get(service->kube, &path, &object, err) == 0) {
		image_set(image, object);
		return 0;
	}
	if (err->kind == ERR_MISSING)
		return err_set(err, ERR_MISSING,
			"image '%s' in namespace '%s' does not exist, create it first (kp image create)",
			service->image, service->namespace);
	return err_wrap(err, "image '%s'", service->image);
}

int image_open(struct image *image, struct service *service, struct err *err)
{
	int status;

	do
		status = image_get(image, service, err);
	while (status < 0 && service_is_older(service, err));
	return status;
}

bool image_is_older(const struct image *image)
{
	return span_ends(span_of(object_text(image->object, "apiVersion")), "/v1alpha1");
}

bool image_is_ready(const struct image *image, const char *status)
{
	return strcmp(image->ready.status, status) == 0;
}
