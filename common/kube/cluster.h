/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cluster: how to reach one API server: where it is, how to trust it, who we are there.
 *
 * What a pipeline gives (a kubeconfig; later other ways) is turned into this, and the client (api.h)
 * knows nothing else. `{ 0 }` is an empty one; it owns what it holds.
 */
#ifndef KUBE_CLUSTER_H
#define KUBE_CLUSTER_H

#include "base/secret.h"
#include "base/strings.h"

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
};

void cluster_release(struct cluster *cluster);
#define auto_cluster AUTO(cluster_release)

#endif
