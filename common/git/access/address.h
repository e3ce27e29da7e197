/* SPDX-License-Identifier: Apache-2.0 */
/*
 * address: a uri that is not HTTP, taken apart as git does it: ssh://user@host:port/path and its
 * aliases, user@host:path as scp writes it, and git://host:port/path.
 */
#ifndef GIT_ACCESS_ADDRESS_H
#define GIT_ACCESS_ADDRESS_H

#include "base/err.h"
#include "git/access/place.h"

struct address {
	char *user;    /* NULL: none is named */
	char *host;    /* a name or an address, without brackets */
	char *path;    /* as the server is asked for it: "/srv/app.git", "app.git", "~me/app.git" */
	char *shown;   /* the uri without a password */
	unsigned port; /* 0: the scheme's own */
};

/* "host:path" and "user@host:path": a colon before any slash. */
bool address_is_scp(const char *uri);

/* ERR_CONFIG, naming the field, where it cannot be. */
MUST_CHECK int address_parse(struct address *address, const struct place *place, struct err *err);

void address_release(struct address *address);
#define auto_address AUTO(address_release)

#endif
