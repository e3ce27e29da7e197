/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pointer: the text that stands in a repository for a file that Git LFS keeps elsewhere (the
 * specification of Git LFS, "The Pointer").
 */
#ifndef GIT_LFS_POINTER_H
#define GIT_LFS_POINTER_H

#include "base/defs.h"
#include "base/span.h"

#define LFS_OID_HEX 64

/* Pointers are shorter than this. */
#define LFS_POINTER_MAX 1024

struct lfs_pointer {
	char oid[LFS_OID_HEX + 1]; /* SHA-256 of the content, in lower case */
	uint64_t size;             /* at most INT64_MAX */
};

enum lfs_kind {
	LFS_NONE,     /* not a pointer: the content itself */
	LFS_POINTER,  /* to the content */
	LFS_EXTENDED, /* to what programs of the user's, "extensions", have made of the content */
};

/*
 * What is it? The lines are version, extensions, oid, size; nothing else, and nothing twice. As
 * git-lfs does, older names of the version are taken, and lines may end in CR LF and the last in
 * nothing. `pointer` is filled for LFS_POINTER alone.
 */
enum lfs_kind lfs_pointer_read(struct lfs_pointer *pointer, struct span text);

/* Take 64 hexadecimal digits in lower case. */
bool lfs_oid_take(struct span *from, char oid[static LFS_OID_HEX + 1]);

#endif
