/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cluster: how to reach one API server: where it is, how to trust it, who we are there.
 *
 * What a pipeline gives (a kubeconfig, a cloud's credentials) is turned into this, and the client
 * (api.h) knows nothing else. `{ 0 }` is an empty one; it owns what it holds.
 */
#ifndef KUBE_CLUSTER_H
#define KUBE_CLUSTER_H

#include "base/secret.h"
#include "base/strings.h"
#include "kube/credentials.h"

struct cluster {
	char *server;    /* http or https URL, maybe with a path, without a slash at its end */
	char *namespace; /* the one to use when nothing else is said; may be NULL */
	struct strings ca_certs; /* PEM; empty: the system's */
	bool skip_verify;
	char *tls_server_name; /* NULL: the URL's host */
	char *proxy;           /* NULL: the environment's */
	struct secret *token;
	struct secret *client_cert; /* PEM, with client_key */
	struct secret *client_key;
	char *username; /* with password */
	struct secret *password;
	struct strings headers; /* "Impersonate-User: ..." */
	struct kube_credentials credentials;
};

void cluster_release(struct cluster *cluster);
#define auto_cluster AUTO(cluster_release)

/* Take the server's URL and whom to trust (PEM or base64 of it; NULL: the system's). `label` names the
 * key in messages ("source.gke.server"). */
MUST_CHECK int cluster_use_server(
	struct cluster *cluster, const char *server, const char *label, struct err *err);
MUST_CHECK int cluster_use_authority(
	struct cluster *cluster, const char *authority, const char *label, struct err *err);

/* Append certificates that are given as PEM or as base64 of it. */
MUST_CHECK int cluster_add_certificates(
	struct strings *certificates, const char *text, const char *label, struct err *err);

#endif
