/* SPDX-License-Identifier: Apache-2.0 */
/* family: which deltas build on what, for a walk that makes each object once. */
#include "base/mem.h"
#include "git/pack/family.h"

static uint32_t *numbers(uint32_t *old, uint32_t count)
{
	return mem_resize(old, (size_t)count + 1, sizeof(*old));
}

/* Give weight 1 to each delta that is to be resolved and to what it builds on, and count in `next` their
 * children of that sort. */
static void mark(struct family *family, const struct pack_objects *objects)
{
	for (uint32_t i = 0; i < objects->count; i++) {
		family->weight[i] = 0;
		family->next[i] = 0;
	}
	for (uint32_t i = 0; i < objects->count; i++) {
		uint32_t up = i;

		if (pack_object_is_whole(&objects->items[i]))
			continue;
		while (up != PACK_NO_OBJECT && !family->weight[up]) {
			family->weight[up] = 1;
			up = objects->items[up].base;
			if (up != PACK_NO_OBJECT)
				family->next[up]++;
		}
	}
}

/* Add the weights of the children to those of their parents, from the leaves on. */
static void weigh(struct family *family, const struct pack_objects *objects)
{
	uint32_t *order = family->roots, count = 0;

	for (uint32_t i = 0; i < objects->count; i++)
		if (family->weight[i] && !family->next[i])
			order[count++] = i;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t base = objects->items[order[i]].base;

		if (base == PACK_NO_OBJECT)
			continue;
		family->weight[base] += family->weight[order[i]];
		if (--family->next[base] == 0)
			order[count++] = base;
	}
}

static bool is_child(
	const struct family *family, const struct pack_objects *objects, uint32_t number)
{
	return family->weight[number] && objects->items[number].base != PACK_NO_OBJECT;
}

/* The heaviest child first into the list, then the others before it. */
static void list_children(struct family *family, const struct pack_objects *objects)
{
	uint32_t *heaviest = family->roots;

	for (uint32_t i = 0; i < objects->count; i++) {
		family->next[i] = PACK_NO_OBJECT;
		heaviest[i] = PACK_NO_OBJECT;
	}
	for (uint32_t i = 0; i < objects->count; i++) {
		uint32_t base = objects->items[i].base;

		if (is_child(family, objects, i) &&
			(heaviest[base] == PACK_NO_OBJECT ||
				family->weight[i] > family->weight[heaviest[base]]))
			heaviest[base] = i;
	}
	for (uint32_t i = 0; i < objects->count; i++)
		family->first[i] = heaviest[i];
	for (uint32_t i = 0; i < objects->count; i++) {
		uint32_t base = objects->items[i].base;

		if (!is_child(family, objects, i) || heaviest[base] == i)
			continue;
		family->next[i] = family->first[base];
		family->first[base] = i;
	}
}

static void list_roots(struct family *family, const struct pack_objects *objects)
{
	family->root_count = 0;
	for (uint32_t i = 0; i < objects->count; i++)
		if (pack_object_is_whole(&objects->items[i]) &&
			objects->items[i].base == PACK_NO_OBJECT &&
			family->first[i] != PACK_NO_OBJECT)
			family->roots[family->root_count++] = i;
}

void family_link(struct family *family, const struct pack_objects *objects)
{
	family->first = numbers(family->first, objects->count);
	family->next = numbers(family->next, objects->count);
	family->roots = numbers(family->roots, objects->count);
	family->weight = numbers(family->weight, objects->count);
	mark(family, objects);
	weigh(family, objects);
	list_children(family, objects);
	list_roots(family, objects);
}

void family_release(struct family *family)
{
	free(family->first);
	free(family->next);
	free(family->roots);
	free(family->weight);
	*family = (struct family){ 0 };
}
