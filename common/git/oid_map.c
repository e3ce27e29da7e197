/* SPDX-License-Identifier: Apache-2.0 */
/* oid_map: from ids to numbers; open addressing, at most two thirds full. */
#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "git/oid_map.h"

enum { FIRST_SIZE = 64 };

/* FNV-1a over the whole id: colliding on purpose costs SHA-1 work for each id. */
static size_t slot_of(const struct oid_map *map, const unsigned char *raw)
{
	uint64_t hash = 14695981039346656037u;

	for (size_t i = 0; i < OID_RAW; i++)
		hash = (hash ^ raw[i]) * 1099511628211u;
	return (size_t)(hash ^ hash >> 32) & (map->size - 1);
}

static struct oid_slot *find(const struct oid_map *map, const unsigned char *raw)
{
	size_t i = slot_of(map, raw);

	while (map->slots[i].number && memcmp(map->slots[i].raw, raw, OID_RAW) != 0)
		i = (i + 1) & (map->size - 1);
	return &map->slots[i];
}

static void grow(struct oid_map *map)
{
	struct oid_map larger = { .size = map->size ? map->size * 2 : FIRST_SIZE };

	larger.slots = mem_alloc(larger.size * sizeof(*larger.slots));
	for (size_t i = 0; i < map->size; i++)
		if (map->slots[i].number)
			*find(&larger, map->slots[i].raw) = map->slots[i];
	larger.count = map->count;
	free(map->slots);
	*map = larger;
}

void oid_map_put(struct oid_map *map, const struct oid *oid, size_t value)
{
	unsigned char raw[OID_RAW];
	struct oid_slot *slot;

	assert(value < UINT32_MAX);
	if (3 * (map->count + 1) > 2 * map->size)
		grow(map);
	oid_to_raw(oid, raw);
	slot = find(map, raw);
	map->count += !slot->number;
	memcpy(slot->raw, raw, OID_RAW);
	slot->number = (uint32_t)value + 1;
}

bool oid_map_add(struct oid_map *map, const struct oid *oid)
{
	if (oid_map_has(map, oid))
		return false;
	oid_map_put(map, oid, 0);
	return true;
}

void oid_map_add_all(struct oid_map *map, const struct oids *oids)
{
	for (size_t i = 0; i < oids->count; i++)
		(void)oid_map_add(map, &oids->items[i]);
}

bool oid_map_get(const struct oid_map *map, const struct oid *oid, size_t *value)
{
	unsigned char raw[OID_RAW];
	const struct oid_slot *slot;

	if (!map->count)
		return false;
	oid_to_raw(oid, raw);
	slot = find(map, raw);
	if (!slot->number)
		return false;
	*value = slot->number - 1;
	return true;
}

bool oid_map_has(const struct oid_map *map, const struct oid *oid)
{
	size_t ignored;

	return oid_map_get(map, oid, &ignored);
}

bool oid_map_next(const struct oid_map *map, size_t *position, struct oid *oid)
{
	while (*position < map->size) {
		const struct oid_slot *slot = &map->slots[(*position)++];

		if (!slot->number)
			continue;
		oid_from_raw(slot->raw, oid);
		return true;
	}
	return false;
}

void oid_map_release(struct oid_map *map)
{
	free(map->slots);
	*map = (struct oid_map){ 0 };
}
