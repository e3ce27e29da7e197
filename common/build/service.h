/* SPDX-License-Identifier: Apache-2.0 */
/*
 * service: the build service that a source names: a cluster, a namespace, and one Image there.
 *
 * Which version of kpack's API the cluster serves is found out by asking: whoever asks first does so
 * again where service_is_older() says that it is the older one. The names of that API that everybody
 * here needs stand here too. `{ 0 }` is a closed service.
 */
#ifndef BUILD_SERVICE_H
#define BUILD_SERVICE_H

#include "build/source.h"
#include "kube/api.h"

#define KPACK_API "apis/kpack.io/v1alpha2"
#define KPACK_API_OLD "apis/kpack.io/v1alpha1" /* all that kpack up to 0.3 serves */
#define CORE_API "api/v1"

#define LABEL_IMAGE "image.kpack.io/image"
#define LABEL_NUMBER "image.kpack.io/buildNumber"
#define LABEL_GENERATION "image.kpack.io/imageGeneration"
#define LABEL_BUILD "kpack.io/build" /* of a build's pod */
#define ANNOTATION_REASON "image.kpack.io/reason"
#define ANNOTATION_CHANGES "image.kpack.io/buildChanges"
#define ANNOTATION_TRIGGER "image.kpack.io/additionalBuildNeeded"

struct service {
	struct kube *kube;
	char *image;
	char *namespace;
	const char *api;  /* kpack's, in the version that is served as far as is known */
	int64_t watch_ms; /* of source.watch; 0: do not wait */
};

/* Read which cluster it is and open a client; nothing is asked of the cluster yet. ERR_CONFIG
 * names the field that is wrong. */
MUST_CHECK int service_open(
	struct service *service, const struct image_source *source, struct err *err);
void service_release(struct service *service);
#define auto_service AUTO(service_release)

/*
 * After a failure of the first question: whether it was about a version of kpack's API that the cluster
 * does not serve, and an older one is to be tried, by the same question. Where that is not served either
 * `err` says so.
 */
bool service_is_older(struct service *service, struct err *err);

/* Whether it may be the name of a Kubernetes object. */
bool service_is_name(const char *text);

/* The object (or, for a NULL name, the collection) of that kind in the service's namespace. */
struct kube_path service_path(
	const struct service *service, const char *api, const char *plural, const char *name);

#endif
