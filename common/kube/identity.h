/* SPDX-License-Identifier: Apache-2.0 */
/*
 * identity: who asks an API server, and a new token for it where it is time for one.
 *
 * `{ 0 }` is nobody. It owns what it holds, and must not move once it is taken: its parts point at
 * one another.
 */
#ifndef KUBE_IDENTITY_H
#define KUBE_IDENTITY_H

#include "kube/cluster.h"
#include "net/http.h"

struct kube_identity {
	struct http_auth auth; /* borrows from what follows */
	char *username;
	struct secret *password;
	struct secret *token;
	struct strings headers;
	const char **header_lines; /* the same as a request wants them; NULL: none */
	struct kube_credentials credentials;
	unsigned renewals;  /* how many tokens were had */
	int64_t due_ms;     /* when the next is due, on the monotonic clock */
	bool renewed_again; /* because the one before was refused, and none was accepted since */
};

/* Take over from the cluster what proves who we are, unless `server` is not https: nothing of it goes
 * over a connection that everybody can read, which is said. */
void identity_take(struct kube_identity *identity, struct cluster *cluster, const char *server);
void identity_release(struct kube_identity *identity);

/* kube_authorize() and kube_worth_again() of api.h. */
MUST_CHECK int identity_authorize(struct kube_identity *identity, struct http_request *request,
	unsigned *renewals, struct err *err);
bool identity_worth_again(struct kube_identity *identity, unsigned renewals, int status);

#endif
