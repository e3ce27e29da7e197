/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oid_map: from ids to numbers below 2^32 - 1. Ids come from a server, so equal slots are expected to be
 * forced. All commits of a long history are in one, so a slot is small: 24 bytes.
 */
#ifndef GIT_OID_MAP_H
#define GIT_OID_MAP_H

#include "git/oid.h"

struct oid_slot {
	unsigned char raw[OID_RAW];
	uint32_t number; /* the value and one; 0: empty */
};

/* `{ 0 }` is empty. */
struct oid_map {
	struct oid_slot *slots;
	size_t size; /* 0 or a power of two */
	size_t count;
};

/* Replaces what was there. */
void oid_map_put(struct oid_map *map, const struct oid *oid, size_t value);

/* Put it with 0, if it is not there; whether it was not. */
bool oid_map_add(struct oid_map *map, const struct oid *oid);
void oid_map_add_all(struct oid_map *map, const struct oids *oids);

bool oid_map_get(const struct oid_map *map, const struct oid *oid, size_t *value);
bool oid_map_has(const struct oid_map *map, const struct oid *oid);

/* All ids, in no order: `position` begins at 0 and is moved on. False behind the last one. */
bool oid_map_next(const struct oid_map *map, size_t *position, struct oid *oid);

void oid_map_release(struct oid_map *map);
#define auto_oid_map AUTO(oid_map_release)

#endif
