/* SPDX-License-Identifier: Apache-2.0 */
/* level: the trees that are needed at one depth. */
#include <string.h>

#include "base/mem.h"
#include "git/paths/level.h"

size_t level_need(struct level *level, const struct oid *oid, const char *folder)
{
	struct level_tree tree = { .oid = *oid, .next = LEVEL_NONE };
	size_t first;

	if (!oid_is_set(oid))
		return LEVEL_NONE;
	if (oid_map_get(&level->by_id, oid, &first)) {
		for (size_t i = first; i != LEVEL_NONE; i = level->trees[i].next)
			if (strcmp(level->trees[i].folder, folder) == 0)
				return i;
		tree.next = first;
	}
	tree.folder = mem_copy_string(folder);
	if ((level->count & (level->count - 1)) == 0)
		level->trees = mem_resize(
			level->trees, level->count ? 2 * level->count : 1, sizeof(*level->trees));
	level->trees[level->count] = tree;
	oid_map_put(&level->by_id, oid, level->count);
	return level->count++;
}

struct receiving {
	struct level *level;
	const struct pathspec *pathspec;
};

static int take(void *context, const struct oid *oid, struct span content, struct err *err)
{
	const struct receiving *receiving = context;
	struct level_tree *trees = receiving->level->trees;
	size_t first;

	if (!oid_map_get(&receiving->level->by_id, oid, &first) || trees[first].came)
		return 0;
	for (size_t i = first; i != LEVEL_NONE; i = trees[i].next) {
		if (seen_read(&trees[i].seen, receiving->pathspec, trees[i].folder, content, err) <
			0)
			return -1;
		trees[i].came = true;
	}
	return 0;
}

/* Up to `most` that did not come yet, each id once. */
static void choose(const struct level *level, struct oids *wants, size_t most)
{
	for (size_t i = 0; i < level->count && wants->count < most; i++) {
		const struct level_tree *tree = &level->trees[i];
		size_t first;

		if (!tree->came && oid_map_get(&level->by_id, &tree->oid, &first) && first == i)
			oids_add(wants, &tree->oid);
	}
}

static size_t count_missing(const struct level *level)
{
	size_t missing = 0;

	for (size_t i = 0; i < level->count; i++)
		missing += !level->trees[i].came;
	return missing;
}

/*
 * A tree that lies in another one of the same request is taken by servers for a part of that, which
 * the filter leaves out, and does not come. So what is missing is asked for again. The first of a
 * request always comes.
 */
int level_fetch(struct level *level, struct paths_source *source, const struct pathspec *pathspec,
	struct err *err)
{
	struct receiving receiving = { level, pathspec };
	size_t missing = count_missing(level);

	while (missing) {
		auto_oids struct oids wants = { 0 };
		size_t before = missing;

		choose(level, &wants, paths_source_batch(source));
		if (paths_source_ask(source, &wants, take, &receiving, err) < 0)
			return -1;
		missing = count_missing(level);
		if (missing == before)
			return err_set(err, ERR_REMOTE,
				"the server does not send tree %s, which a commit of its names",
				wants.items[0].hex);
	}
	return 0;
}

const struct seen *level_seen(const struct level *level, size_t index)
{
	static const struct seen nothing = { 0 };

	return index == LEVEL_NONE ? &nothing : &level->trees[index].seen;
}

void level_release(struct level *level)
{
	for (size_t i = 0; i < level->count; i++) {
		free(level->trees[i].folder);
		seen_release(&level->trees[i].seen);
	}
	free(level->trees);
	oid_map_release(&level->by_id);
	*level = (struct level){ 0 };
}
