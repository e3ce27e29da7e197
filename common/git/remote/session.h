/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session: a git server that is spoken to over one lasting connection, where HTTP has a request for
 * each step: git's own daemon and commands over SSH.
 *
 * session.c speaks the protocol over a carrier; ssh.c and daemon.c are the carriers, and each makes a
 * transport of the functions here. Private to them.
 */
#ifndef GIT_REMOTE_SESSION_H
#define GIT_REMOTE_SESSION_H

#include "git/remote/transport.h"

#define UPLOAD_PACK "git-upload-pack"
#define RECEIVE_PACK "git-receive-pack"

/* What brings a service's input and output. One service runs at a time. */
struct carrier {
	/* Connect, if need be, and begin UPLOAD_PACK, with protocol v2 asked for, or RECEIVE_PACK. */
	int (*begin)(void *state, const char *service, struct err *err);
	/* As pkt_source. */
	long (*read)(void *state, char *data, size_t size, struct err *err);
	/* All the bytes: 0, or 1 where the service takes no more, or -1. */
	int (*write)(void *state, struct span bytes, struct err *err);
	/* The answer broke off: put why, if the service said it, in place of `err`; NULL: it cannot. */
	void (*explain)(void *state, bool begun, struct err *err);
	/* End the service, which may not have begun; `by_itself`: it is about to, so wait for that. */
	void (*end)(void *state, bool by_itself);
	void (*free)(void *state);
};

/* A state for the functions below; both `carrier_state` and `address` become its own. */
MUST_CHECK void *session_new(const struct carrier *carrier, void *carrier_state, char *address);

void session_close(void *state);
const char *session_address(const void *state);
MUST_CHECK int session_refs(
	void *state, const struct refs_query *query, struct refs *refs, struct err *err);
bool session_gives_trees(const void *state);
MUST_CHECK int session_takes_names(void *state, struct err *err);
MUST_CHECK int session_fetch(void *state, const struct fetch_request *request,
	const struct pack_sink *sink, struct fetch_result *result, struct err *err);
MUST_CHECK int session_refs_for_push(void *state, struct refs *refs, struct err *err);
MUST_CHECK int session_push(void *state, const struct push_request *request, struct err *err);

#endif
