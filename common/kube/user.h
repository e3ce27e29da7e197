/* SPDX-License-Identifier: Apache-2.0 */
/* user: an entry of a kubeconfig's users: who we are. */
#ifndef KUBE_USER_H
#define KUBE_USER_H

#include <jansson.h>

#include "kube/cluster.h"

/*
 * Take what `user` (an object) says into `cluster`. What is written out (token, certificate, password)
 * beats what has to be asked for (auth-provider, exec). ERR_CONFIG begins with the key; `where` is the
 * field of the kubeconfig, for messages of later renewals. `label` ("users 'bob'") begins those of
 * wrong types.
 */
MUST_CHECK int user_read(struct cluster *cluster, json_t *user, const char *label,
	const char *where, struct err *err);

#endif
