/* SPDX-License-Identifier: Apache-2.0 */
/* oid_map: from ids to numbers. Ids come from a server, so equal slots are expected to be forced. */
#ifndef GIT_OID_MAP_H
#define GIT_OID_MAP_H

#include "git/oid.h"

struct oid_slot {
	struct oid oid;
	size_t value;
};

/* `{ 0 }` is empty. */
struct oid_map {
	struct oid_slot *slots;
	size_t size; /* 0 or a power of two */
	size_t count;
};

/* Replaces what was there. */
void oid_map_put(struct oid_map *map, const struct oid *oid, size_t value);
bool oid_map_get(const struct oid_map *map, const struct oid *oid, size_t *value);
void oid_map_release(struct oid_map *map);

#endif
