/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kubeconfig: the file that kubectl reads, given as text (YAML or JSON) or as the same tree.
 *
 * Understood: contexts; of a cluster its server, certificate-authority-data,
 * insecure-skip-tls-verify, tls-server-name and proxy-url; of a user the token, the client
 * certificate and key as data, username and password. There are no files beside a resource, so paths
 * are refused with their cure, and so is what this version cannot do (exec, auth-provider,
 * impersonation). Keys that nobody knows are passed over, as kubectl does.
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

#endif
