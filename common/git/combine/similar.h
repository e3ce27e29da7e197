/* SPDX-License-Identifier: Apache-2.0 */
/*
 * similar: how much of one file is in another, counted as git's rename detection does (diffcore-delta).
 *
 * A text falls into lines, and lines into pieces of 64 bytes; what two texts share are the bytes of the
 * pieces that both have.
 */
#ifndef GIT_COMBINE_SIMILAR_H
#define GIT_COMBINE_SIMILAR_H

#include "base/defs.h"
#include "base/span.h"

/* Everything of one is in the other; below the second it is no rename. */
#define SIMILAR_WHOLE 60000
#define SIMILAR_LEAST 30000

struct piece {
	uint32_t hash;
	uint32_t bytes; /* of all pieces with that hash */
};

/* The pieces of one file, by their hashes; `{ 0 }` is an empty one. Owned. */
struct pieces {
	struct piece *items;
	size_t count;
	size_t size; /* of the file */
};

void pieces_of(struct pieces *pieces, struct span text);
void pieces_release(struct pieces *pieces);

/* Whether sizes alone tell that two files are too different. */
bool similar_never(size_t from, size_t to);

/* 0 to SIMILAR_WHOLE. */
int similar_score(const struct pieces *from, const struct pieces *to);

#endif
