/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server: an LFS server over HTTP: who we are there, and the question of the batch API.
 *
 * The credentials of source go to the origin of the server alone, the headers of an action to the
 * origin of its href. Messages begin with the server's URL.
 */
#ifndef GIT_LFS_SERVER_H
#define GIT_LFS_SERVER_H

#include "git/access/login.h"
#include "git/lfs/batch.h"
#include "git/lfs/endpoint.h"
#include "net/http.h"

struct lfs_server {
	struct access *access;
	const struct lfs_endpoint *endpoint;
	enum lfs_operation operation;
	const char *ref;           /* full name of the branch; NULL: not known */
	struct http *http;         /* the access's */
	struct login login;        /* at the URL of the API */
	struct lfs_action granted; /* where the server was asked by SSH */
};

/* Nothing is asked yet. All that is given must outlive the server. */
MUST_CHECK int lfs_server_open(struct lfs_server *server, struct access *access,
	const struct lfs_endpoint *endpoint, enum lfs_operation operation, const char *ref,
	struct err *err);
void lfs_server_close(struct lfs_server *server);
#define auto_lfs_server AUTO(lfs_server_close)

/* Ask how the objects are moved: at most LFS_BATCH_MAX, sorted. As lfs_batch_read(). */
MUST_CHECK int lfs_server_ask(struct lfs_server *server, struct lfs_reply *replies,
	const struct lfs_object *objects, size_t count, struct err *err);

/* A request that an action wants; what it points to is the action's and the server's, which must not
 * move. */
struct lfs_request {
	struct http_request http;
	const char **headers;
};

/* `more`: another header line, or NULL. ERR_REMOTE where the request would leave TLS. */
MUST_CHECK int lfs_request_init(struct lfs_request *request, struct lfs_server *server,
	const struct lfs_action *action, const char *more, struct err *err);
void lfs_request_release(struct lfs_request *request);
#define auto_lfs_request AUTO(lfs_request_release)

#endif
