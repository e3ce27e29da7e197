/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eks: a cluster of Amazon's Elastic Kubernetes Service: a token is a signed question "who am I?"
 * that the cluster asks AWS in our place. It is made without asking anybody, unless a role has to be
 * assumed first.
 */
#ifndef KUBE_AUTH_EKS_H
#define KUBE_AUTH_EKS_H

#include <jansson.h>

#include "kube/cluster.h"
#include "resource/schema.h"

struct eks_source {
	char *cluster;
	char *region;
	char *endpoint;
	char *certificate_authority;
	json_t *kubeconfig;
	char *access_key_id;
	struct secret *secret_access_key;
	struct secret *session_token;
	char *role_arn;
	char *external_id;
	char *sts_endpoint;
};

extern const struct field eks_source_fields[];

/* Fill the empty `cluster`; `context` chooses in the kubeconfig, whose entry for the plugin may name
 * the cluster, its region and a role. ERR_CONFIG begins with the key under `where`
 * ("source.eks.region"). */
MUST_CHECK int eks_open(struct cluster *cluster, const struct eks_source *source,
	const char *context, const char *where, struct err *err);

/* The tokens alone, of `source`'s cluster, region, keys and role. */
MUST_CHECK int eks_credentials(struct kube_credentials *credentials,
	const struct eks_source *source, const char *where, struct err *err);

#endif
