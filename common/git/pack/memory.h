/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory: the commits and annotated tags of a pack, read into memory as the pack comes.
 *
 * Trees and blobs, which a server that cannot filter sends as well, are inflated and dropped. Every id
 * is computed from the content, so that a server cannot lie about one.
 */
#ifndef GIT_PACK_MEMORY_H
#define GIT_PACK_MEMORY_H

#include "base/err.h"
#include "git/commit.h"
#include "git/pack/sink.h"

struct pack_memory;

MUST_CHECK struct pack_memory *pack_memory_new(void);
void pack_memory_free(struct pack_memory *memory); /* NULL is fine */
void pack_memory_free_pointer(struct pack_memory **memory);
#define auto_pack_memory AUTO(pack_memory_free_pointer)

/* Where the pack goes. */
struct pack_sink pack_memory_sink(struct pack_memory *memory);

/* The sink refused a pack because its commits are too many (LIMIT_PACK_MEMORY). */
bool pack_memory_is_full(const struct pack_memory *memory);

/* The pack is complete: resolve its deltas. */
MUST_CHECK int pack_memory_finish(struct pack_memory *memory, struct err *err);

/* False where there is no such commit. What it borrows lives as long as the memory. */
bool pack_memory_commit(
	const struct pack_memory *memory, const struct oid *oid, struct commit *commit);

/* The same for the text of an annotated tag. */
bool pack_memory_tag(const struct pack_memory *memory, const struct oid *oid, struct span *text);

/*
 * All commits, in no order: `position` begins at 0 and is moved on. False behind the last one.
 */
bool pack_memory_next(
	const struct pack_memory *memory, size_t *position, struct oid *oid, struct commit *commit);

#endif
