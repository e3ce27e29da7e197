/* SPDX-License-Identifier: Apache-2.0 */
/* index: the index of a pack on disk, version 2 (gitformat-pack, "pack-*.idx files"). */
#ifndef GIT_PACK_INDEX_H
#define GIT_PACK_INDEX_H

#include "git/pack/objects.h"

/* Write that of the pack with the checksum `pack` to `fd`, which messages call `name`. All ids are known. */
MUST_CHECK int pack_index_write(const struct pack_objects *objects,
	const unsigned char pack[static OID_RAW], int fd, const char *name, struct err *err);

#endif
