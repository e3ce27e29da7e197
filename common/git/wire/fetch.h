/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fetch: ask for objects and take the pack that comes (gitprotocol-v2 fetch; gitprotocol-pack for
 * versions 0 and 1).
 *
 * Without `done` the server only sends a pack when everything wanted builds on the given haves: that
 * answer alone tells whether a commit is still an ancestor (acknowledged, ready, pack), exists
 * elsewhere (acknowledged) or is unknown (neither).
 */
#ifndef GIT_WIRE_FETCH_H
#define GIT_WIRE_FETCH_H

#include "base/err.h"
#include "git/oid_map.h"
#include "git/pack/sink.h"
#include "git/wire/capabilities.h"
#include "git/wire/pkt.h"
#include "git/wire/refs.h"

/* Wants of objects that are asked for by their ids: 3 MB a request, as web servers may have a limit. */
enum { FETCH_WANTS_MAX = 64 * 1024 };

struct fetch_request {
	const struct oids *wants;   /* v2 servers give any object; others what they advertise */
	const char *want_ref;       /* a ref that is wanted by its full name, where the server takes
				     * names; NULL: none */
	const struct oids *haves;   /* NULL: none */
	bool done;                  /* no negotiation: send the pack, whatever is common */
	const struct oids *shallow; /* what we have is cut behind these commits; NULL: nowhere */
	bool without_trees;         /* commits and tags only, where the server can filter */
	bool without_blobs;         /* no contents of files, where the server can filter and gives
				   * them by their ids afterwards */
	bool trees;                 /* the wants are trees, so that no history is walked */
	bool include_tags;          /* annotated tags of what is sent as well */
	bool progress;              /* let the server say what it does */
	int depth;                  /* 0: whole history */
	int64_t since; /* only commits after it, in seconds since 1970; 0: all. By v2 alone:
				   * others send all, so it is a hint */
};

struct fetch_result {
	struct refs wanted;       /* what was wanted by name */
	struct oids acknowledged; /* haves that the server has */
	struct oids shallow;      /* commits whose parents the server does not send */
	struct oids unshallow;    /* of those that were cut: whose parents come now */
	bool filtered;            /* `without_blobs` was heard */
	bool ready;               /* every want builds on the haves */
	bool pack;                /* a pack came, and the sink took it */
	size_t offered;           /* haves of the requests; private, as what follows */
	struct oid_map known;     /* of the haves, what was acknowledged */
};

/* Does the server send single trees by their ids? */
bool fetch_gives_trees(const struct capabilities *capabilities);

/* Does the server take refs by their names (ref-in-want), so that they need not be asked for before? */
bool fetch_takes_names(const struct capabilities *capabilities);

/* Append the request to `out`. */
MUST_CHECK int fetch_write(struct buf *out, const struct capabilities *capabilities,
	const struct fetch_request *request, struct err *err);

/* Read the answer to that request; the pack goes to `sink`. */
MUST_CHECK int fetch_read(struct fetch_result *result, const struct capabilities *capabilities,
	const struct fetch_request *request, struct pkt_reader *reader,
	const struct pack_sink *sink, struct err *err);

void fetch_result_release(struct fetch_result *result);
#define auto_fetch_result AUTO(fetch_result_release)

#endif
