/* SPDX-License-Identifier: Apache-2.0 */
/*
 * credentials: how a token for the API server is had, and had again.
 *
 * A provider (auth/) is an object of its own with two functions. The client (identity.h) asks it for a
 * bearer before the first request, before one ends, and once when the server does not take one.
 */
#ifndef KUBE_CREDENTIALS_H
#define KUBE_CREDENTIALS_H

#include "base/err.h"
#include "base/secret.h"

struct kube_bearer {
	struct secret *token;
	int64_t lifetime_ms; /* from now on; -1: not known, it is used until it is refused */
};

/* `{ 0 }` is none. */
struct kube_credentials {
	/* A new token, the caller's. Messages name the field ("source.tkgi"). */
	int (*renew)(void *provider, struct kube_bearer *bearer, struct err *err);
	void (*free)(void *provider);
	void *provider;
};

/* Free the provider. */
static inline void kube_credentials_release(struct kube_credentials *credentials)
{
	if (credentials->free)
		credentials->free(credentials->provider);
	*credentials = (struct kube_credentials){ 0 };
}

#endif
