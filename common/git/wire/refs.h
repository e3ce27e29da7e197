/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refs: the refs of a server, asked for by prefix (v2's ls-refs) or advertised whole (v0, v1).
 *
 * Names come from the server: whoever makes a file or a ref of one checks it first.
 */
#ifndef GIT_WIRE_REFS_H
#define GIT_WIRE_REFS_H

#include "base/err.h"
#include "git/oid.h"
#include "git/wire/capabilities.h"
#include "git/wire/pkt.h"

struct ref {
	char *name;
	char *target;      /* a symbolic ref's, NULL otherwise */
	struct oid oid;    /* unset where the ref is unborn: a HEAD without a commit yet */
	struct oid peeled; /* what an annotated tag names in the end; unset otherwise */
};

struct refs {
	struct ref *items;
	size_t count;
	bool sorted; /* private: by refs_sort(), until one is added */
};

/* Which refs. A server that cannot filter answers with all. */
struct refs_query {
	const char *const *prefixes; /* full names or their beginnings; none: all refs */
	size_t count;
	bool peel; /* what annotated tags name */
};

/* By name. Whoever looks for many of them sorts them first. */
void refs_sort(struct refs *refs);

/* The ref of exactly that name, or NULL. */
const struct ref *refs_find(const struct refs *refs, const char *name);

/* The id of what the ref names in the end. */
const struct oid *ref_commit(const struct ref *ref);

/* Append the request of v2; the answer is read by refs_read. */
MUST_CHECK int refs_write_request(struct buf *out, const struct capabilities *capabilities,
	const struct refs_query *query, struct err *err);

/* Append the answer of v2's ls-refs to `refs`. */
MUST_CHECK int refs_read(struct refs *refs, struct pkt_reader *reader, struct err *err);

/*
 * Read what a server answers to "GET info/refs?service=SERVICE": the capabilities, and in versions 0
 * and 1 all refs as well, ".have" lines included (by that name). What capabilities_check() refuses is
 * refused before its refs are read.
 */
MUST_CHECK int refs_read_advertisement(struct refs *refs, struct capabilities *capabilities,
	const char *service, struct pkt_reader *reader, struct err *err);

/* Append a ref; peeled and target may be NULL. */
void refs_add(struct refs *refs, struct span name, const struct oid *oid, const struct oid *peeled,
	struct span target);

/* Append copies of all refs of `from`. */
void refs_add_all(struct refs *to, const struct refs *from);

void refs_release(struct refs *refs);
#define auto_refs AUTO(refs_release)

#endif
