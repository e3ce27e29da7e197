/* SPDX-License-Identifier: Apache-2.0 */
/* trees: the trees of a pack, shown one after the other. */
#include "base/limits.h"
#include "base/mem.h"
#include "git/hash.h"
#include "git/oid_map.h"
#include "git/pack/delta.h"
#include "git/pack/reader.h"
#include "git/pack/trees.h"

#define NONE PACK_NO_ENTRY

/* One for each entry of the pack, by rising offset. */
struct object {
	uint64_t offset; /* first: pack_find_entry() */
	char *content;   /* a tree's, or a delta's that may become one; NULL: something else */
	size_t length;
	size_t base;        /* of a delta, where it is known by its offset */
	struct oid *named;  /* of a delta, where it is known by its id */
	size_t first_child; /* the deltas that build on it */
	size_t next;        /* among the deltas that build on the same */
	bool shown;
};

struct pack_trees {
	struct pack_reader *reader;
	struct digest *hash;
	struct object *objects;
	size_t count;
	size_t used;              /* bytes of content */
	struct oid_map named;     /* base to the first of the deltas that name it */
	struct chain_link *chain; /* while they are shown */
	size_t depth;
	bool linked;
};

/* A tree that is whole while those that build on it are shown. */
struct chain_link {
	struct span content;
	char *owned;
	size_t child, named_child; /* the next to show */
};

/* Something else than a tree has no content; what builds on it is no tree either. */
static bool is_wanted(const struct pack_trees *trees, const struct pack_entry *entry, size_t base)
{
	if (entry->type == PACK_OFFSET_DELTA)
		return trees->objects[base].content != NULL;
	return entry->type == PACK_TREE || entry->type == PACK_REF_DELTA;
}

static int begin(void *context, const struct pack_entry *entry, struct err *err)
{
	struct pack_trees *trees = context;
	size_t base = NONE;
	struct object *object;

	if (entry->type == PACK_OFFSET_DELTA) {
		base = pack_find_entry(
			trees->objects, trees->count, sizeof(*trees->objects), entry->base_offset);
		if (base == NONE)
			return err_set(err, ERR_REMOTE,
				"the pack that the server sent is damaged: a delta's base is not in it");
	}
	if ((trees->count & (trees->count - 1)) == 0)
		trees->objects = mem_resize(trees->objects, trees->count ? 2 * trees->count : 1,
			sizeof(*trees->objects));
	object = &trees->objects[trees->count++];
	*object = (struct object){
		.offset = entry->offset,
		.base = base,
		.first_child = NONE,
		.next = NONE,
	};
	if (entry->type == PACK_REF_DELTA) {
		object->named = mem_alloc(sizeof(*object->named));
		*object->named = entry->base;
	}
	return is_wanted(trees, entry, base) ? PACK_WHOLE : PACK_DROP;
}

static int end(void *context, const struct pack_entry *entry, struct span content, struct err *err)
{
	struct pack_trees *trees = context;
	struct object *object = &trees->objects[trees->count - 1];

	(void)entry;
	if (content.length > LIMIT_PACK_MEMORY - trees->used)
		return err_set(err, ERR_REMOTE, "the trees that the server sent are too many");
	object->content = mem_copy(content.data, content.length);
	object->length = content.length;
	trees->used += content.length;
	return 0;
}

/* Now that all are there, which deltas build on what. */
static void link_all(struct pack_trees *trees)
{
	for (size_t i = 0; i < trees->count; i++) {
		struct object *object = &trees->objects[i];
		size_t first;

		object->shown = false;
		if (trees->linked || !object->content)
			continue;
		if (object->base != NONE) {
			object->next = trees->objects[object->base].first_child;
			trees->objects[object->base].first_child = i;
		} else if (object->named) {
			if (oid_map_get(&trees->named, object->named, &first))
				object->next = first;
			oid_map_put(&trees->named, object->named, i);
		}
	}
	trees->linked = true;
}

/* Who shows them, and to whom. */
struct showing {
	struct pack_trees *trees;
	pack_trees_visit *visit;
	void *context;
	size_t held; /* bytes of the chain */
};

static void drop(struct showing *showing)
{
	struct chain_link *link = &showing->trees->chain[--showing->trees->depth];

	showing->held -= link->content.length;
	free(link->owned);
}

/* Show one that is whole now, and have those that build on it shown next. `owned` becomes the chain's. */
static int show(
	struct showing *showing, size_t index, struct span content, char *owned, struct err *err)
{
	struct pack_trees *trees = showing->trees;
	struct object *object = &trees->objects[index];
	struct chain_link link = {
		.content = content,
		.owned = owned,
		.child = object->first_child,
	};
	struct oid oid;

	object->shown = true;
	hash_object(trees->hash, "tree", content, &oid);
	if (!oid_map_get(&trees->named, &oid, &link.named_child))
		link.named_child = NONE;
	trees->chain = mem_resize(trees->chain, trees->depth + 1, sizeof(*trees->chain));
	trees->chain[trees->depth++] = link;
	showing->held += content.length;
	if (showing->held > LIMIT_PACK_MEMORY)
		return err_set(err, ERR_REMOTE, "the trees that the server sent are too large");
	return showing->visit(showing->context, &oid, content, err);
}

/* The next delta on the chain's last tree that was not shown yet; NONE: there is none. */
static size_t take_child(struct pack_trees *trees)
{
	struct chain_link *link = &trees->chain[trees->depth - 1];

	for (;;) {
		size_t *next = link->child != NONE ? &link->child : &link->named_child;
		size_t child = *next;

		if (child == NONE)
			return NONE;
		*next = trees->objects[child].next;
		if (!trees->objects[child].shown)
			return child;
	}
}

static int show_child(struct showing *showing, size_t child, struct err *err)
{
	struct pack_trees *trees = showing->trees;
	struct span delta = { trees->objects[child].content, trees->objects[child].length };
	auto_buf struct buf content = BUF(LIMIT_PACK_ENTRY);
	struct span whole;

	if (delta_apply(&content, trees->chain[trees->depth - 1].content, delta, err) < 0)
		return -1;
	whole.length = content.length;
	whole.data = buf_detach(&content);
	return show(showing, child, whole, (char *)(uintptr_t)whole.data, err);
}

static int show_chain(struct showing *showing, size_t root, struct err *err)
{
	struct pack_trees *trees = showing->trees;
	struct span content = { trees->objects[root].content, trees->objects[root].length };
	int status = show(showing, root, content, NULL, err);

	while (status == 0 && trees->depth) {
		size_t child = take_child(trees);

		if (child == NONE)
			drop(showing);
		else
			status = show_child(showing, child, err);
	}
	while (trees->depth)
		drop(showing);
	return status;
}

int pack_trees_show(
	struct pack_trees *trees, pack_trees_visit *visit, void *context, struct err *err)
{
	struct showing showing = { .trees = trees, .visit = visit, .context = context };

	link_all(trees);
	for (size_t i = 0; i < trees->count; i++) {
		const struct object *object = &trees->objects[i];

		if (object->content && object->base == NONE && !object->named &&
			show_chain(&showing, i, err) < 0)
			return -1;
	}
	return 0;
}

struct pack_trees *pack_trees_new(void)
{
	struct pack_trees *trees = mem_alloc(sizeof(*trees));

	trees->reader = pack_reader_new(
		&(struct pack_visitor){ .begin = begin, .end = end, .context = trees });
	trees->hash = digest_new(DIGEST_SHA1);
	return trees;
}

void pack_trees_free(struct pack_trees *trees)
{
	if (!trees)
		return;
	for (size_t i = 0; i < trees->count; i++) {
		free(trees->objects[i].content);
		free(trees->objects[i].named);
	}
	free(trees->objects);
	free(trees->chain);
	oid_map_release(&trees->named);
	pack_reader_free(trees->reader);
	digest_free(trees->hash);
	free(trees);
}

void pack_trees_free_pointer(struct pack_trees **trees)
{
	pack_trees_free(*trees);
	*trees = NULL;
}

static int take(void *context, struct span bytes, struct err *err)
{
	struct pack_trees *trees = context;

	return pack_reader_feed(trees->reader, bytes, err);
}

struct pack_sink pack_trees_sink(struct pack_trees *trees)
{
	return (struct pack_sink){ take, trees };
}

int pack_trees_finish(const struct pack_trees *trees, struct err *err)
{
	return pack_reader_finish(trees->reader, err);
}
