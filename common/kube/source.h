/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source: the keys of a resource's source that say which cluster it is and who we are there.
 *
 * Exactly one way is given: kubeconfig; server, token and certificate_authority; in_cluster; tkgi (or
 * pks, its name of old); gke; eks; aks. A kind embeds the struct and puts CLUSTER_ROWS in its table.
 */
#ifndef KUBE_SOURCE_H
#define KUBE_SOURCE_H

#include "kube/auth/aks.h"
#include "kube/auth/eks.h"
#include "kube/auth/gke.h"
#include "kube/auth/tkgi.h"
#include "kube/cluster.h"
#include "resource/schema.h"

struct cluster_source {
	json_t *kubeconfig; /* text, or the same as nested YAML */
	char *context;      /* of it, or of that in gke, eks and aks */
	char *server;
	struct secret *token;
	char *certificate_authority;
	bool in_cluster;
	struct tkgi_source *tkgi;
	struct tkgi_source *pks;
	struct gke_source *gke;
	struct eks_source *eks;
	struct aks_source *aks;
};

/* clang-format off */
#define CLUSTER_ROW(of, member, key, type, what)                                                   \
	{ #key, type, OPTIONAL, offsetof(struct of, member.key), 0, 0, what, NULL, 0 }
#define CLUSTER_MAP(of, member, key, source, what)                                                 \
	{ #key, FIELD_OBJECT, OPTIONAL, offsetof(struct of, member.key), 0, 0, what,               \
		source##_fields, sizeof(struct source) }
/* The rows of the struct cluster_source that is the member of that name. */
#define CLUSTER_ROWS(of, member)                                                                   \
	CLUSTER_ROW(of, member, kubeconfig, FIELD_TREE, "kubeconfig, as text or as nested YAML"),  \
	CLUSTER_ROW(of, member, context, FIELD_STRING,                                             \
		"context of the kubeconfig; unset: its current-context"),                          \
	CLUSTER_ROW(of, member, server, FIELD_STRING,                                              \
		"https URL of the API server, with `token`"),                                      \
	CLUSTER_ROW(of, member, token, FIELD_SECRET, "bearer token for `server`"),                 \
	CLUSTER_ROW(of, member, certificate_authority, FIELD_STRING,                               \
		"CA of `server`, PEM or base64; unset: the system's"),                             \
	CLUSTER_ROW(of, member, in_cluster, FIELD_BOOL,                                            \
		"use the service account of the pod that the resource runs in"),                   \
	CLUSTER_MAP(of, member, tkgi, tkgi_source, "a TKGI cluster, by a user of its UAA"),        \
	CLUSTER_MAP(of, member, pks, tkgi_source, "the name of `tkgi` of old"),                    \
	CLUSTER_MAP(of, member, gke, gke_source, "a GKE cluster, by a service account's key"),     \
	CLUSTER_MAP(of, member, eks, eks_source, "an EKS cluster, by an AWS access key"),          \
	CLUSTER_MAP(of, member, aks, aks_source, "an AKS cluster, by a service principal")
/* clang-format on */

/*
 * Fill the empty `cluster`, of which nothing is asked yet. `field` becomes the key whose certificates
 * the server is verified by, a constant, for the cure of a TLS error. ERR_CONFIG names the key.
 */
MUST_CHECK int cluster_read(struct cluster *cluster, const char **field,
	const struct cluster_source *source, struct err *err);

#endif
