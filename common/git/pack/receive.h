/* SPDX-License-Identifier: Apache-2.0 */
/*
 * receive: a pack that comes becomes a pack and its index on disk.
 *
 * What comes is written, inflated and hashed at once; deltas are resolved when all is there. Nothing is
 * left behind by a pack that did not come to its end. A base that is not in the pack is an error:
 * nobody here asks for a thin one.
 */
#ifndef GIT_PACK_RECEIVE_H
#define GIT_PACK_RECEIVE_H

#include "base/err.h"
#include "git/pack/sink.h"

struct pack_receiver;

/* Packs go to `folder`, an existing objects/pack. */
MUST_CHECK int pack_receiver_new(
	struct pack_receiver **receiver, const char *folder, struct err *err);
void pack_receiver_free(struct pack_receiver *receiver); /* NULL is fine */
void pack_receiver_free_pointer(struct pack_receiver **receiver);
#define auto_pack_receiver AUTO(pack_receiver_free_pointer)

/* Where the pack goes; progress is shown as it comes. */
struct pack_sink pack_receiver_sink(struct pack_receiver *receiver);

/* The pack is complete: write its index, and put both in place. */
MUST_CHECK int pack_receiver_finish(
	struct pack_receiver *receiver, uint64_t *objects, struct err *err);

/* After that: what stands between "pack-" and ".pack". Borrowed. */
const char *pack_receiver_name(const struct pack_receiver *receiver);

#endif
