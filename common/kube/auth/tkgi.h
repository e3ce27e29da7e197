/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tkgi: a cluster of Tanzu Kubernetes Grid Integrated Edition (PKS): ID tokens of its UAA by the
 * password grant, which is repeated when one ends.
 */
#ifndef KUBE_AUTH_TKGI_H
#define KUBE_AUTH_TKGI_H

#include "kube/cluster.h"
#include "resource/schema.h"

struct tkgi_source {
	char *api;
	char *cluster;
	char *username;
	struct secret *password;
	bool insecure;
	char *ca_cert;
};

extern const struct field tkgi_source_fields[];

/* Fill the empty `cluster`. ERR_CONFIG begins with the key under `where` ("source.tkgi.api"). */
MUST_CHECK int tkgi_open(struct cluster *cluster, const struct tkgi_source *source,
	const char *where, struct err *err);

#endif
