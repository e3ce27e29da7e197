/* SPDX-License-Identifier: Apache-2.0 */
/* oid_map: from ids to numbers; open addressing, at most two thirds full. */
#include "base/mem.h"
#include "git/oid_map.h"

enum { FIRST_SIZE = 64 };

/* FNV-1a over the whole text: colliding on purpose costs SHA-1 work for each id. */
static size_t slot_of(const struct oid_map *map, const struct oid *oid)
{
	uint64_t hash = 14695981039346656037u;

	for (size_t i = 0; i < OID_HEX; i++)
		hash = (hash ^ (unsigned char)oid->hex[i]) * 1099511628211u;
	return (size_t)(hash ^ hash >> 32) & (map->size - 1);
}

static struct oid_slot *find(const struct oid_map *map, const struct oid *oid)
{
	size_t i = slot_of(map, oid);

	while (map->slots[i].oid.hex[0] && !oid_equal(&map->slots[i].oid, oid))
		i = (i + 1) & (map->size - 1);
	return &map->slots[i];
}

static void grow(struct oid_map *map)
{
	struct oid_map larger = { .size = map->size ? map->size * 2 : FIRST_SIZE };

	larger.slots = mem_alloc(larger.size * sizeof(*larger.slots));
	for (size_t i = 0; i < map->size; i++)
		if (map->slots[i].oid.hex[0])
			*find(&larger, &map->slots[i].oid) = map->slots[i];
	larger.count = map->count;
	free(map->slots);
	*map = larger;
}

void oid_map_put(struct oid_map *map, const struct oid *oid, size_t value)
{
	struct oid_slot *slot;

	if (3 * (map->count + 1) > 2 * map->size)
		grow(map);
	slot = find(map, oid);
	map->count += !slot->oid.hex[0];
	*slot = (struct oid_slot){ *oid, value };
}

bool oid_map_get(const struct oid_map *map, const struct oid *oid, size_t *value)
{
	const struct oid_slot *slot;

	if (!map->count)
		return false;
	slot = find(map, oid);
	if (!slot->oid.hex[0])
		return false;
	*value = slot->value;
	return true;
}

void oid_map_release(struct oid_map *map)
{
	free(map->slots);
	*map = (struct oid_map){ 0 };
}
