/* SPDX-License-Identifier: Apache-2.0 */
/* place: where a repository is, or what else is reached for it, and who says so. */
#ifndef GIT_ACCESS_PLACE_H
#define GIT_ACCESS_PLACE_H

#include "base/defs.h"

/* All borrowed. */
struct place {
	const char *uri;
	const char *field; /* that says so, for messages: "source.uri" */
	const char
		*text; /* as .gitmodules writes it, where `uri` was made of that; NULL: the same */
};

/* The server of a uri, as far as credentials go; `{ 0 }` where there is none. Owned. */
struct place_server {
	char *scheme;  /* of the uri, in lower case; "ssh" also for scp's form */
	char *host;    /* in lower case, without brackets */
	unsigned port; /* 0: the scheme's own */
};

/* False where the uri names no server, or is malformed. */
bool place_server_read(struct place_server *server, const char *uri);
void place_server_release(struct place_server *server);
#define auto_place_server AUTO(place_server_release)

/* "host" or "host:port", as credentials name a server; a port of 0 is any. False where it is neither. */
bool place_host_read(const char *text, char **host, unsigned *port);

#endif
