/* SPDX-License-Identifier: Apache-2.0 */
/* push: ask a server to move refs, and read what it says to each (gitprotocol-pack, receive-pack). */
#ifndef GIT_WIRE_PUSH_H
#define GIT_WIRE_PUSH_H

#include "base/err.h"
#include "base/spool.h"
#include "git/oid.h"
#include "git/wire/capabilities.h"
#include "git/wire/pkt.h"

struct push_command {
	char *name;        /* full: refs/heads/main */
	struct oid before; /* what the server said it is; unset: it is new there */
	struct oid after;
};

struct push_request {
	struct push_command *commands;
	size_t count;
	struct spool *pack;            /* the objects that the server lacks */
	bool atomic;                   /* all or none; refused where the server cannot */
	const struct strings *options; /* for its hooks, NULL: none; refused where it takes none */
};

/* Append a command; `before` may be NULL. */
void push_add(struct push_request *request, const char *name, const struct oid *before,
	const struct oid *after);

/* Append the commands, which the pack follows. */
MUST_CHECK int push_write(struct buf *out, const struct capabilities *capabilities,
	const struct push_request *request, struct err *err);

/*
 * Read the report. 0 when the server took the pack and moved every ref; otherwise ERR_CONFLICT (it
 * was moved by somebody else) or ERR_REMOTE, with the server's own words.
 */
MUST_CHECK int push_read(const struct capabilities *capabilities,
	const struct push_request *request, struct pkt_reader *reader, struct err *err);

/* The pack is not the request's. */
void push_release(struct push_request *request);
#define auto_push AUTO(push_release)

#endif
