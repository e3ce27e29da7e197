/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trees: the trees of a pack, shown one after the other.
 *
 * They are kept as they came, as deltas mostly, which is a thirtieth of what they hold; one chain of
 * deltas at a time is made whole. Commits and blobs are inflated and dropped. Every id is computed
 * from the content, so that a server cannot lie about one.
 */
#ifndef GIT_PACK_TREES_H
#define GIT_PACK_TREES_H

#include "base/err.h"
#include "git/oid.h"
#include "git/pack/sink.h"

struct pack_trees;

MUST_CHECK struct pack_trees *pack_trees_new(void);
void pack_trees_free(struct pack_trees *trees); /* NULL is fine */
void pack_trees_free_pointer(struct pack_trees **trees);
#define auto_pack_trees AUTO(pack_trees_free_pointer)

/* Where the pack goes. */
struct pack_sink pack_trees_sink(struct pack_trees *trees);

/* The pack is complete. */
MUST_CHECK int pack_trees_finish(const struct pack_trees *trees, struct err *err);

/* The content is good during the call. */
typedef int pack_trees_visit(
	void *context, const struct oid *oid, struct span content, struct err *err);

/* Show each of them, in no order. */
MUST_CHECK int pack_trees_show(
	struct pack_trees *trees, pack_trees_visit *visit, void *context, struct err *err);

/* An entry of a tree's content (gitformat-index, "mode name NUL id"). */
enum tree_kind { TREE_FOLDER, TREE_FILE, TREE_PROGRAM, TREE_LINK, TREE_SUBMODULE };

struct tree_entry {
	enum tree_kind kind;
	struct span name;
	const unsigned char *raw; /* the id, OID_RAW bytes */
};

/* Take the next. Returns 1, 0 at the end, -1 with ERR_REMOTE where it is no tree. */
MUST_CHECK int tree_entry_take(struct span *content, struct tree_entry *entry, struct err *err);

#endif
