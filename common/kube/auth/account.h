/* SPDX-License-Identifier: Apache-2.0 */
/* account: the service account of the pod that this program runs in. */
#ifndef KUBE_AUTH_ACCOUNT_H
#define KUBE_AUTH_ACCOUNT_H

#include "kube/cluster.h"

/* Fill the empty `cluster` by what Kubernetes puts into each pod. The token is read again each
 * minute, as it is replaced there. ERR_CONFIG, beginning with `where`, outside of a pod. */
MUST_CHECK int account_open(struct cluster *cluster, const char *where, struct err *err);

#endif
