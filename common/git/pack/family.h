/* SPDX-License-Identifier: Apache-2.0 */
/*
 * family: which deltas build on what, for a walk that makes each object once.
 *
 * It links the deltas that are still to be resolved, and all that they build on. The child on which most
 * others build is the last of its parent's. A walk that goes into the children in this order, and lets the
 * parent's content go before it enters the last, holds log2(objects) + 1 contents, however deep the
 * chains are.
 */
#ifndef GIT_PACK_FAMILY_H
#define GIT_PACK_FAMILY_H

#include "git/pack/objects.h"

struct family {
	uint32_t *first; /* of each object, the child to begin with, or PACK_NO_OBJECT */
	uint32_t *next;  /* the child of the same parent that follows */
	uint32_t *roots; /* objects that are whole in the pack and have children */
	uint32_t root_count;
	uint32_t *weight; /* private */
};

void family_link(struct family *family, const struct pack_objects *objects);
void family_release(struct family *family); /* `{ 0 }` is fine */

#endif
