/* SPDX-License-Identifier: Apache-2.0 */
/*
 * remote: a repository, wherever it is.
 *
 * One interface over what serves it: a git server over HTTP (http.c), SSH (ssh.c) or git's own daemon
 * (daemon.c), or a repository on this machine, served in-process (local.c). Another way to reach one is another file and a row in remote.c.
 *
 * Messages begin with the address, without userinfo and query. Kinds: ERR_AUTH the credentials;
 * ERR_MISSING there is no such repository; ERR_REMOTE, ERR_NETWORK, ERR_CONFIG as net/http.h.
 */
#ifndef GIT_REMOTE_REMOTE_H
#define GIT_REMOTE_REMOTE_H

#include "git/access/access.h"
#include "git/wire/fetch.h"
#include "git/wire/push.h"
#include "git/wire/refs.h"

struct remote;

/* Nothing is asked yet. `access` must outlive the remote; the place is copied. */
MUST_CHECK int remote_open(
	struct remote **remote, struct access *access, const struct place *place, struct err *err);
MUST_CHECK int remote_open_origin(struct remote **remote, struct access *access, struct err *err);
void remote_close(struct remote *remote); /* NULL is fine */
void remote_close_pointer(struct remote **remote);
#define auto_remote AUTO(remote_close_pointer)

/* The addresses, as they may be shown: without a password. What is fetched from and what is pushed to,
 * after url.<base>.insteadOf and pushInsteadOf; and the place as it was given, which is what a clone
 * keeps. Borrowed. */
const char *remote_address(const struct remote *remote);
const char *remote_push_address(const struct remote *remote);
const char *remote_stored_address(const struct remote *remote);

/* How it is reached: by what remote_open() was given, and where, after url.<base>.insteadOf. Borrowed. */
struct access *remote_access(const struct remote *remote);
struct place remote_place(const struct remote *remote, bool for_push);

/* The refs that the query names, perhaps more. */
MUST_CHECK int remote_refs(
	struct remote *remote, const struct refs_query *query, struct refs *refs, struct err *err);

/* Does it send single trees by their ids? Call remote_refs first. */
bool remote_gives_trees(const struct remote *remote);

/* Does a fetch take refs by their names, without remote_refs before it? 1 or 0; -1 where the server
 * cannot be asked. */
MUST_CHECK int remote_takes_names(struct remote *remote, struct err *err);

/*
 * Objects, into the sink. Call remote_refs first: it learns what the server can do. A server that offers
 * filters and refuses the one that is asked for is asked again, then and later, without any. Each fetch stands
 * alone: a server keeps the cut of `depth` and `since` for as long as its process lives, so a
 * transport with one process for many requests begins another for a walk that comes after a cut.
 */
MUST_CHECK int remote_fetch(struct remote *remote, const struct fetch_request *request,
	const struct pack_sink *sink, struct fetch_result *result, struct err *err);

/* The refs as those see them who push: all of them, and ".have" for what the server has besides. */
MUST_CHECK int remote_refs_for_push(struct remote *remote, struct refs *refs, struct err *err);

/* Move refs. Call remote_refs_for_push first. 0 only when the server accepted every one. */
MUST_CHECK int remote_push(
	struct remote *remote, const struct push_request *request, struct err *err);

#endif
