/* SPDX-License-Identifier: Apache-2.0 */
/* objects: contents that Git LFS keeps. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "git/lfs/objects.h"

void lfs_objects_add(
	struct lfs_objects *objects, const struct lfs_pointer *pointer, const char *path)
{
	if (objects->count == objects->size) {
		objects->size = objects->size ? objects->size * 2 : 16;
		objects->items = mem_resize(objects->items, objects->size, sizeof(*objects->items));
	}
	objects->items[objects->count++] = (struct lfs_object){ *pointer, mem_copy_string(path) };
}

static int compare(const void *a, const void *b)
{
	const struct lfs_object *left = a, *right = b;

	return strcmp(left->pointer.oid, right->pointer.oid);
}

int lfs_objects_unite(struct lfs_objects *objects, struct err *err)
{
	struct lfs_object *items = objects->items;
	size_t kept = 0;

	if (!objects->count)
		return 0;
	qsort(items, objects->count, sizeof(*items), compare);
	for (size_t i = 1; i < objects->count; i++) {
		if (compare(&items[kept], &items[i]) != 0) {
			kept++;
			if (kept != i) {
				items[kept] = items[i];
				items[i].path = NULL;
			}
			continue;
		}
		if (items[kept].pointer.size != items[i].pointer.size)
			return err_set(err, ERR_CONFIG,
				"%s: its Git LFS pointer has another size than that of %s for the "
				"same oid %s",
				items[i].path, items[kept].path, items[i].pointer.oid);
		free(TAKE(items[i].path));
	}
	objects->count = kept + 1;
	return 0;
}

void lfs_objects_release(struct lfs_objects *objects)
{
	/* behind `count` there is nothing, where a list was united, or what still has its path */
	for (size_t i = 0; i < objects->count; i++)
		free(objects->items[i].path);
	free(objects->items);
	*objects = (struct lfs_objects){ 0 };
}
