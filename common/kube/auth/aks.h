/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aks: a cluster of Azure Kubernetes Service: access tokens of Entra ID for a service principal, by
 * the client credentials grant.
 */
#ifndef KUBE_AUTH_AKS_H
#define KUBE_AUTH_AKS_H

#include <jansson.h>

#include "kube/cluster.h"
#include "resource/schema.h"

struct aks_source {
	char *tenant;
	char *client_id;
	struct secret *client_secret;
	json_t *kubeconfig;
	char *server;
	char *certificate_authority;
	char *server_id;
	char *authority;
};

extern const struct field aks_source_fields[];

/* Fill the empty `cluster`; `context` chooses in the kubeconfig, whose kubelogin entry may name the
 * tenant and more. ERR_CONFIG begins with the key under `where` ("source.aks.tenant"). */
MUST_CHECK int aks_open(struct cluster *cluster, const struct aks_source *source,
	const char *context, const char *where, struct err *err);

/* The tokens alone, of `source`'s tenant, client, server_id (NULL: that of all AKS clusters) and
 * authority (NULL: Azure's own). */
MUST_CHECK int aks_credentials(struct kube_credentials *credentials,
	const struct aks_source *source, const char *where, struct err *err);

#endif
