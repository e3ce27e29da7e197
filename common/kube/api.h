/* SPDX-License-Identifier: Apache-2.0 */
/*
 * api: a client of the Kubernetes API: read, list and create and patch objects as JSON.
 *
 * Objects are jansson trees and belong to whoever receives them. Messages of failures begin with the
 * server's URL; their kinds are those of status.h and net/http.h. Reads are repeated where the
 * server is busy or away for a moment, and so are writes, which here always set a value and never
 * add to one; both with a bound (base/limits.h).
 */
#ifndef KUBE_API_H
#define KUBE_API_H

#include <jansson.h>

#include "kube/cluster.h"
#include "kube/list.h"
#include "kube/path.h"
#include "net/http.h"

struct kube;

/* `field` names where `cluster` came from, for the cure of a TLS error. The cluster is not needed
 * any more once this returns. */
MUST_CHECK int kube_open(
	struct kube **kube, struct cluster *cluster, const char *field, struct err *err);
void kube_close(struct kube *kube);
void kube_close_pointer(struct kube **kube);
#define auto_kube AUTO(kube_close_pointer)

/* Which objects of a collection, and what of them; NULL: all. */
struct kube_selector {
	const char *labels;
	const char *fields;
	const struct list_part *parts;
};

/* Objects and collections are named as in path.h. */
MUST_CHECK int kube_get(
	struct kube *kube, const struct kube_path *path, json_t **object, struct err *err);

/* Create the object that `path` names. ERR_CONFLICT where there is one of its name; also after an
 * answer that was lost, so whoever is told so should look at the object. */
MUST_CHECK int kube_create(struct kube *kube, const struct kube_path *path, json_t *object,
	json_t **created, struct err *err);

/*
 * A JSON merge patch (RFC 7396), with field manager "build-service-resource". `object` is the
 * server's answer. One that holds a metadata.resourceVersion is ERR_CONFLICT where the object is
 * newer; others are repeated when they lose a race.
 */
MUST_CHECK int kube_patch(struct kube *kube, const struct kube_path *path, json_t *patch,
	json_t **object, struct err *err);

/* After a write that failed, the `again`th time: 0 where it lost a race and is to be made anew of what is
 * there now, behind a pause. -1 where it failed otherwise or too often, as `err` says, or on a signal. */
MUST_CHECK int kube_again(int again, struct err *err);

/*
 * Visit every object of the collection, page by page: one page is held in memory, and one object of
 * it as a tree. `resource_version` (may be NULL) is where a watch goes on from; the caller frees it.
 */
MUST_CHECK int kube_list(struct kube *kube, const struct kube_path *path,
	const struct kube_selector *selector, list_visit *visit, void *context,
	char **resource_version, struct err *err);

/* For streams (watch.h, podlog.h). It lives as long as the kube. */
struct http *kube_http(struct kube *kube);

/*
 * Fill in who asks, with a new token where it is time for one; what is filled in lives as long as
 * the kube. `renewals` is for kube_worth_again(), which is told of every answer's status: true where
 * it was 401 and asking again, once, with another token may help.
 */
MUST_CHECK int kube_authorize(
	struct kube *kube, struct http_request *request, unsigned *renewals, struct err *err);
bool kube_worth_again(struct kube *kube, unsigned renewals, int status);

/* path_url() on its server. */
MUST_CHECK char *kube_url(const struct kube *kube, const struct kube_path *path,
	const struct kube_parameter *parameters);

/* Put the server's URL in front of a message. Always -1. */
int kube_wrap(const struct kube *kube, struct err *err);

#endif
