/* SPDX-License-Identifier: Apache-2.0 */
/* service: the build service that a source names. */
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "build/service.h"

/* RFC 1123's labels and subdomains, as Kubernetes names its objects: what else could slip out of a
 * selector or a path. */
static bool is_name(const char *text, size_t max)
{
	size_t length = strlen(text);

	for (const char *c = text; *c; c++)
		if (!(*c >= 'a' && *c <= 'z') && !(*c >= '0' && *c <= '9') && *c != '-' &&
			*c != '.')
			return false;
	return length > 0 && length <= max && !strchr("-.", text[0]) &&
		!strchr("-.", text[length - 1]);
}

bool service_is_name(const char *text)
{
	enum { NAME_MAX_LENGTH = 253 };

	return is_name(text, NAME_MAX_LENGTH);
}

static int check_names(
	const struct service *service, const struct image_source *source, struct err *err)
{
	enum { IMAGE_MAX = 63, NAMESPACE_MAX = 63 };

	if (!is_name(service->image, IMAGE_MAX))
		return err_set(err, ERR_CONFIG, "source.image: is not the name of an Image");
	if (!service->namespace || !*service->namespace)
		return err_set(err, ERR_CONFIG, "source.namespace: is required%s",
			source->cluster.kubeconfig ? ", because the kubeconfig's context names none"
						   : "");
	if (!is_name(service->namespace, NAMESPACE_MAX))
		return err_set(err, ERR_CONFIG, "source.namespace: is not the name of a namespace");
	return 0;
}

int service_open(struct service *service, const struct image_source *source, struct err *err)
{
	auto_cluster struct cluster cluster = { 0 };
	auto_service struct service opened = { 0 };
	const char *field;

	if (cluster_read(&cluster, &field, &source->cluster, err) < 0)
		return -1;
	opened.api = KPACK_API;
	opened.image = mem_copy_string(source->image);
	opened.namespace = mem_copy_string(
		source->namespace ? source->namespace : cluster.namespace);
	if (source->watch && !clock_parse_duration(span_of(source->watch), &opened.watch_ms))
		return err_set(err, ERR_CONFIG,
			"source.watch: must be a duration, such as 55s or 1m30s, or seconds");
	if (check_names(&opened, source, err) < 0 ||
		kube_open(&opened.kube, &cluster, field, err) < 0)
		return -1;
	*service = opened;
	opened = (struct service){ 0 };
	return 0;
}

void service_release(struct service *service)
{
	kube_close(service->kube);
	free(service->image);
	free(service->namespace);
	*service = (struct service){ 0 };
}

bool service_is_older(struct service *service, struct err *err)
{
	if (err->kind != ERR_UNSERVED)
		return false;
	if (strcmp(service->api, KPACK_API_OLD) == 0) {
		(void)err_set(err, ERR_UNSERVED,
			"the API server serves neither v1alpha2 nor v1alpha1 of kpack.io (404), is the build "
			"service installed there?");
		(void)kube_wrap(service->kube, err);
		return false;
	}
	log_debug("again by %s, because %s", KPACK_API_OLD, err->message);
	service->api = KPACK_API_OLD;
	return true;
}

struct kube_path service_path(
	const struct service *service, const char *api, const char *plural, const char *name)
{
	return (struct kube_path){
		.api = api,
		.namespace = service->namespace,
		.plural = plural,
		.name = name,
	};
}
