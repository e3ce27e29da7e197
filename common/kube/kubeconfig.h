/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kubeconfig: the file that kubectl reads, given as text (YAML or JSON) or as the same tree.
 *
 * Understood: contexts; of a cluster its server, certificate-authority-data,
 * insecure-skip-tls-verify, tls-server-name and proxy-url; of a user the token, the client
 * certificate and key as data, username and password, impersonation, auth-provider oidc, and the
 * plugins that auth/exec.h knows. There are no files beside a resource, so paths are refused with
 * their cure. Keys that nobody knows are passed over, as kubectl does.
 */
#ifndef KUBE_KUBECONFIG_H
#define KUBE_KUBECONFIG_H

#include <jansson.h>

#include "base/err.h"
#include "kube/cluster.h"

/*
 * Fill the empty `cluster` from `given` (a string or an object) by the context of that name, or by
 * the current one for NULL. Every failure is ERR_CONFIG; its message begins with `where`
 * ("source.kubeconfig") and names entries and keys, never values.
 */
MUST_CHECK int kubeconfig_read(struct cluster *cluster, json_t *given, const char *context,
	const char *where, struct err *err);

/* The same but for who we are: `user` becomes the entry of the context's user as it is written, the
 * caller's, or NULL. */
MUST_CHECK int kubeconfig_place(struct cluster *cluster, json_t *given, const char *context,
	const char *where, json_t **user, struct err *err);

#endif
