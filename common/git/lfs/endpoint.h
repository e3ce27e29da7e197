/* SPDX-License-Identifier: Apache-2.0 */
/*
 * endpoint: where the LFS server of a repository is, found as git-lfs finds it (git-lfs,
 * docs/api/server-discovery.md).
 *
 * For a download lfs.url, else remote.origin.lfsurl, else the repository's own uri with .git/info/lfs;
 * for an upload lfs.pushurl and remote.origin.lfspushurl go before these. A server that is reached by
 * SSH is asked there where it is over HTTP.
 */
#ifndef GIT_LFS_ENDPOINT_H
#define GIT_LFS_ENDPOINT_H

#include "git/access/access.h"
#include "git/lfs/batch.h"
#include "git/lfs/config.h"

struct lfs_endpoint {
	char *url;    /* over HTTP, perhaps with userinfo; NULL: it is a folder */
	char *ssh;    /* the uri of the server to be asked for another url; NULL: none is asked */
	char *folder; /* of a repository on this machine; NULL: none */
	const char *field; /* that says so, for messages */
};

/* `place` is the repository's. ERR_CONFIG where it cannot be. */
MUST_CHECK int lfs_endpoint_find(struct lfs_endpoint *endpoint, const struct lfs_config *config,
	const struct place *place, enum lfs_operation operation, struct err *err);
void lfs_endpoint_release(struct lfs_endpoint *endpoint);
#define auto_lfs_endpoint AUTO(lfs_endpoint_release)

#endif
