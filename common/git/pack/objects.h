/* SPDX-License-Identifier: Apache-2.0 */
/*
 * objects: the table of what is in a pack, filled as it comes, and its entries read back from disk.
 *
 * What is whole has its id at once; what is a delta is for resolve.h. The first that come are kept in
 * memory as well, so that a small pack is inflated once.
 */
#ifndef GIT_PACK_OBJECTS_H
#define GIT_PACK_OBJECTS_H

#include "base/buf.h"
#include "base/flate.h"
#include "git/pack/checked.h"
#include "git/pack/reader.h"

#define PACK_NO_OBJECT UINT32_MAX

struct pack_object {
	uint64_t offset;           /* first: pack_find_entry() */
	uint64_t size;             /* of the content, or of the delta */
	uint32_t crc;              /* of the entry */
	uint32_t base;             /* of a delta: the number of its base, where that is known */
	uint32_t kept;             /* the place of its bytes in `kept`; KEPT_NOT */
	unsigned char id[OID_RAW]; /* once the type is one of an object */
	uint8_t type;              /* enum pack_type; a delta's becomes its object's */
	uint8_t header;            /* bytes of the entry before the compressed ones */
};

/* A delta whose base is named by its id. */
struct pack_named {
	unsigned char base[OID_RAW];
	uint32_t object;
};

struct pack_objects {
	struct pack_object *items; /* by rising offset */
	uint32_t count;
	struct pack_named *named;
	uint32_t named_count;
	uint32_t deltas;
	int fd;       /* of the pack; borrowed */
	uint64_t end; /* of the entries in it */
	/* private */
	struct buf kept;
	struct checked *large; /* the object that comes in pieces */
};

/* `{ 0 }` with `fd` is an empty table. */
void pack_objects_begin(struct pack_objects *objects, int fd);
void pack_objects_release(struct pack_objects *objects);

/* What fills the table; it wants checksums. */
struct pack_visitor pack_objects_visitor(struct pack_objects *objects);

/* Is its type that of an object, and its id known? */
static inline bool pack_object_is_whole(const struct pack_object *object)
{
	return object->type < PACK_OFFSET_DELTA;
}

/* The content of entry `number`, or its delta, which is that of the pack or lies in `room`. */
MUST_CHECK int pack_objects_read(const struct pack_objects *objects, uint32_t number,
	struct flate *inflate, struct buf *room, struct span *content, struct err *err);

/* An object by its id, in the order in which an index lists them. */
struct pack_place {
	unsigned char id[OID_RAW];
	uint32_t object;
};

#define PACK_FANOUT 256

/* All objects by rising id; `fanout` becomes how many ids begin with a byte or a smaller one. The
 * caller's to free. */
MUST_CHECK struct pack_place *pack_objects_sort(
	const struct pack_objects *objects, uint32_t fanout[static PACK_FANOUT]);

#endif
