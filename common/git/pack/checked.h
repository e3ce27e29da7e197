/* SPDX-License-Identifier: Apache-2.0 */
/*
 * checked: the ids of objects that are kept, by SHA-1 with detection of collisions.
 *
 * Whoever can push a prepared blob to an honest server could otherwise put two contents behind one id;
 * git refuses such a blob as well. The detection is that of libgit2.
 */
#ifndef GIT_PACK_CHECKED_H
#define GIT_PACK_CHECKED_H

#include "base/err.h"
#include "git/pack/reader.h"

/* The id of a commit, tree, blob or tag. Any thread may ask. */
MUST_CHECK int checked_id(enum pack_type type, struct span content,
	unsigned char id[static OID_RAW], struct err *err);

/* The same of a content that comes in pieces, of `size` bytes in all. */
struct checked;

MUST_CHECK int checked_new(
	struct checked **checked, enum pack_type type, uint64_t size, struct err *err);
MUST_CHECK int checked_add(struct checked *checked, struct span piece, struct err *err);
MUST_CHECK int checked_take(
	struct checked *checked, unsigned char id[static OID_RAW], struct err *err);
void checked_free(struct checked *checked); /* NULL is fine */

#endif
