/* SPDX-License-Identifier: Apache-2.0 */
/* place: where a cloud's cluster is: a server and its CA, or what a kubeconfig says of them. */
#ifndef KUBE_AUTH_PLACE_H
#define KUBE_AUTH_PLACE_H

#include <jansson.h>

#include "kube/cluster.h"

struct place {
	const char *where; /* "source.gke" */
	json_t *kubeconfig;
	const char *context;    /* of the kubeconfig; NULL: its current one */
	const char *server_key; /* "server" */
	const char *server;
	const char *certificate_authority;
};

/*
 * Fill the empty `cluster` but for who we are. `user` becomes the entry of the kubeconfig's user, the
 * caller's, or NULL. ERR_CONFIG where neither or both are given.
 */
MUST_CHECK int place_read(
	struct cluster *cluster, const struct place *place, json_t **user, struct err *err);

/* "WHERE.KEY: is required" where the text or secret is NULL or empty. */
MUST_CHECK int place_need(const char *text, const char *where, const char *key, struct err *err);

#endif
