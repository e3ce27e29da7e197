/* SPDX-License-Identifier: Apache-2.0 */
/* path: the URLs of the Kubernetes API. */
#ifndef KUBE_PATH_H
#define KUBE_PATH_H

#include "base/buf.h"

/* An object, or a collection of them where `name` is NULL. All borrowed. */
struct kube_path {
	const char *api;       /* "apis/kpack.io/v1alpha2", "api/v1" */
	const char *namespace; /* NULL: cluster-wide */
	const char *plural;    /* "images" */
	const char *name;
	const char *subresource; /* NULL: none */
};

/* A parameter of the query; a list of them ends with a NULL name, NULL values are left out. */
struct kube_parameter {
	const char *name;
	const char *value;
};

/* The whole URL, names and values percent-encoded; the caller frees. Empty, which no request takes,
 * where it is longer than LIMIT_URL. */
MUST_CHECK char *path_url(
	const char *server, const struct kube_path *path, const struct kube_parameter *parameters);

/* Append `before` and "name=value&name=value", the values encoded; nothing where there is none. -1
 * where `text` is full. A form is written in the same way. */
MUST_CHECK int path_add_parameters(
	struct buf *text, const char *before, const struct kube_parameter *parameters);

#endif
