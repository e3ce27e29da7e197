/* SPDX-License-Identifier: Apache-2.0 */
/* transport: what a way to reach a repository provides; remote.c calls it for everybody else. */
#ifndef GIT_REMOTE_TRANSPORT_H
#define GIT_REMOTE_TRANSPORT_H

#include "git/remote/remote.h"

struct transport {
	int (*open)(
		void **state, struct access *access, const struct place *place, struct err *err);
	void (*close)(void *state);
	const char *(*address)(const void *state);
	int (*refs)(
		void *state, const struct refs_query *query, struct refs *refs, struct err *err);
	bool (*gives_trees)(const void *state);
	int (*takes_names)(void *state, struct err *err);
	int (*fetch)(void *state, const struct fetch_request *request, const struct pack_sink *sink,
		struct fetch_result *result, struct err *err);
	int (*refs_for_push)(void *state, struct refs *refs, struct err *err);
	int (*push)(void *state, const struct push_request *request, struct err *err);
};

extern const struct transport http_transport;
extern const struct transport local_transport;
extern const struct transport ssh_transport;
extern const struct transport daemon_transport;

#endif
