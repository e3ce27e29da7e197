/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tar: the headers of an archive (POSIX ustar; what is too long for it stands in a pax header).
 *
 * Only what the content of a source is made of goes into one: names, kinds, who may execute, sizes. Owner,
 * group and time are always the same, so that equal sources give equal bytes.
 */
#ifndef REGISTRY_TAR_H
#define REGISTRY_TAR_H

#include "base/buf.h"

enum tar_type { TAR_FILE, TAR_FOLDER, TAR_LINK };

/* All borrowed. Names are relative, without a slash at their end. */
struct tar_entry {
	enum tar_type type;
	struct span name;
	struct span target; /* of a symbolic link */
	bool executable;    /* of a file */
	uint64_t size;      /* of a file: below 8 GiB */
};

#define TAR_BLOCK 512

/* What stands behind the last entry. */
#define TAR_END (2 * TAR_BLOCK)

/* Append the entry's header, which its content follows, filled up to whole blocks. -1 where `out` is
 * full. */
MUST_CHECK int tar_add_header(struct buf *out, const struct tar_entry *entry);

#endif
