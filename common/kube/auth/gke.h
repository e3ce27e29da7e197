/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gke: a cluster of Google Kubernetes Engine: access tokens for a service account, by a JWT that its
 * key signs (RFC 7523). To Kubernetes, the user is the account's e-mail address.
 */
#ifndef KUBE_AUTH_GKE_H
#define KUBE_AUTH_GKE_H

#include <jansson.h>

#include "kube/cluster.h"
#include "resource/schema.h"

struct gke_source {
	json_t *json_key;
	json_t *kubeconfig;
	char *server;
	char *certificate_authority;
};

extern const struct field gke_source_fields[];

/* Fill the empty `cluster`; `context` chooses in the kubeconfig. ERR_CONFIG begins with the key under
 * `where` ("source.gke.json_key"). */
MUST_CHECK int gke_open(struct cluster *cluster, const struct gke_source *source,
	const char *context, const char *where, struct err *err);

#endif
