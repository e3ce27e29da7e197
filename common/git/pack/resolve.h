/* SPDX-License-Identifier: Apache-2.0 */
/*
 * resolve: the deltas of a pack become objects: each is made once, hashed and let go.
 *
 * Several processors share the work. What is held is bounded by what family.h says, for each of them.
 */
#ifndef GIT_PACK_RESOLVE_H
#define GIT_PACK_RESOLVE_H

#include "git/pack/objects.h"

/* Called by one thread at a time, about as often as an object was made: `done` of all deltas. */
typedef void resolve_progress(void *context, uint32_t done);

/* Fill in the types and ids of all deltas. ERR_REMOTE where a base is missing or a delta does not fit. */
MUST_CHECK int pack_resolve(
	struct pack_objects *objects, resolve_progress *progress, void *context, struct err *err);

#endif
