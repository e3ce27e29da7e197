/* SPDX-License-Identifier: Apache-2.0 */
/* memory: the commits of a pack, read into memory as the pack comes. */
#include "base/limits.h"
#include "base/mem.h"
#include "git/hash.h"
#include "git/oid_map.h"
#include "git/pack/delta.h"
#include "git/pack/memory.h"
#include "git/pack/reader.h"

/* One for each entry of the pack, by rising offset. */
struct object {
	uint64_t offset;
	uint64_t base_offset;
	struct oid *base;    /* of a PACK_REF_DELTA that is not resolved */
	enum pack_type type; /* of the object, once its delta is resolved */
	char *content;       /* commits, and deltas that may become one */
	size_t length;
};

struct pack_memory {
	struct pack_reader *reader;
	struct digest *hash;
	struct object *objects;
	size_t count;
	struct oid_map commits; /* id to index in objects */
	struct oid_map tags;
	size_t used; /* bytes of content */
	bool full;
};

static struct span content_of(const struct object *object)
{
	return (struct span){ object->content, object->length };
}

static struct object *find_offset(const struct pack_memory *memory, uint64_t offset)
{
	size_t low = 0, high = memory->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (memory->objects[middle].offset == offset)
			return &memory->objects[middle];
		if (memory->objects[middle].offset < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static struct object *add_object(struct pack_memory *memory, const struct pack_entry *entry)
{
	struct object *object;

	if ((memory->count & (memory->count - 1)) == 0)
		memory->objects = mem_resize(memory->objects, memory->count ? 2 * memory->count : 1,
			sizeof(*memory->objects));
	object = &memory->objects[memory->count++];
	*object = (struct object){ .offset = entry->offset, .type = entry->type };
	return object;
}

/* A delta on what is no commit and no tag is neither. */
static int begin(void *context, const struct pack_entry *entry, struct err *err)
{
	struct pack_memory *memory = context;
	struct object *object, *base;

	if (entry->type == PACK_OFFSET_DELTA) {
		base = find_offset(memory, entry->base_offset);
		if (!base)
			return err_set(err, ERR_REMOTE,
				"the pack that the server sent is damaged: a delta's base is not in it");
	} else {
		base = NULL;
	}
	if (base && (base->type == PACK_TREE || base->type == PACK_BLOB)) {
		enum pack_type type = base->type;

		add_object(memory, entry)->type = type;
		return 0;
	}
	object = add_object(memory, entry);
	object->base_offset = entry->base_offset;
	if (entry->type == PACK_REF_DELTA) {
		object->base = mem_alloc(sizeof(*object->base));
		*object->base = entry->base;
	}
	return entry->type != PACK_TREE && entry->type != PACK_BLOB ? PACK_WHOLE : PACK_DROP;
}

static int store(
	struct pack_memory *memory, struct object *object, struct span content, struct err *err)
{
	if (content.length > LIMIT_PACK_MEMORY - memory->used) {
		memory->full = true;
		return err_set(err, ERR_REMOTE, "the commits that the server sent are too many");
	}
	free(object->content);
	object->content = mem_copy(content.data, content.length);
	object->length = content.length;
	memory->used += content.length;
	return 0;
}

static void register_object(struct pack_memory *memory, const struct object *object)
{
	bool is_tag = object->type == PACK_TAG;
	struct oid oid;

	hash_object(memory->hash, is_tag ? "tag" : "commit", content_of(object), &oid);
	oid_map_put(is_tag ? &memory->tags : &memory->commits, &oid,
		(size_t)(object - memory->objects));
}

static int end(void *context, const struct pack_entry *entry, struct span content, struct err *err)
{
	struct pack_memory *memory = context;
	struct object *object = &memory->objects[memory->count - 1];

	if (store(memory, object, content, err) < 0)
		return -1;
	if (entry->type == PACK_COMMIT || entry->type == PACK_TAG)
		register_object(memory, object);
	return 0;
}

static bool is_delta(const struct object *object)
{
	return object->type == PACK_OFFSET_DELTA || object->type == PACK_REF_DELTA;
}

static const struct object *base_of(const struct pack_memory *memory, const struct object *delta)
{
	size_t index;

	if (delta->type == PACK_OFFSET_DELTA)
		return find_offset(memory, delta->base_offset);
	if (!oid_map_get(&memory->commits, delta->base, &index) &&
		!oid_map_get(&memory->tags, delta->base, &index))
		return NULL;
	return &memory->objects[index];
}

/* 1 where it is resolved now, 0 where its base is not known yet. */
static int resolve(struct pack_memory *memory, struct object *delta, struct err *err)
{
	const struct object *base = base_of(memory, delta);
	auto_buf struct buf content = BUF(LIMIT_PACK_ENTRY);

	if (!base || is_delta(base))
		return 0;
	delta->type = base->type;
	if (delta->type != PACK_COMMIT && delta->type != PACK_TAG)
		return 1;
	if (delta_apply(&content, content_of(base), content_of(delta), err) < 0 ||
		store(memory, delta, buf_span(&content), err) < 0)
		return -1;
	register_object(memory, delta);
	return 1;
}

/* A base may come behind its deltas when it is named by id: go round while that finds some. */
static int resolve_all(struct pack_memory *memory, struct err *err)
{
	size_t left, resolved;

	do {
		left = 0;
		resolved = 0;
		for (size_t i = 0; i < memory->count; i++) {
			int done;

			if (!is_delta(&memory->objects[i]))
				continue;
			done = resolve(memory, &memory->objects[i], err);
			if (done < 0)
				return -1;
			resolved += done == 1;
			left += done == 0;
		}
	} while (left && resolved);
	if (left)
		return err_set(err, ERR_REMOTE,
			"the pack that the server sent is damaged: the base of %zu deltas is missing",
			left);
	return 0;
}

struct pack_memory *pack_memory_new(void)
{
	struct pack_memory *memory = mem_alloc(sizeof(*memory));

	memory->reader = pack_reader_new(
		&(struct pack_visitor){ .begin = begin, .end = end, .context = memory });
	memory->hash = digest_new(DIGEST_SHA1);
	return memory;
}

void pack_memory_free(struct pack_memory *memory)
{
	if (!memory)
		return;
	for (size_t i = 0; i < memory->count; i++) {
		free(memory->objects[i].content);
		free(memory->objects[i].base);
	}
	free(memory->objects);
	oid_map_release(&memory->commits);
	oid_map_release(&memory->tags);
	pack_reader_free(memory->reader);
	digest_free(memory->hash);
	free(memory);
}

void pack_memory_free_pointer(struct pack_memory **memory)
{
	pack_memory_free(*memory);
	*memory = NULL;
}

static int take(void *context, struct span bytes, struct err *err)
{
	struct pack_memory *memory = context;

	return pack_reader_feed(memory->reader, bytes, err);
}

struct pack_sink pack_memory_sink(struct pack_memory *memory)
{
	return (struct pack_sink){ take, memory };
}

bool pack_memory_is_full(const struct pack_memory *memory)
{
	return memory->full;
}

int pack_memory_finish(struct pack_memory *memory, struct err *err)
{
	if (pack_reader_finish(memory->reader, err) < 0)
		return -1;
	return resolve_all(memory, err);
}

bool pack_memory_commit(
	const struct pack_memory *memory, const struct oid *oid, struct commit *commit)
{
	size_t index;

	return oid_map_get(&memory->commits, oid, &index) &&
		commit_parse(content_of(&memory->objects[index]), commit);
}

bool pack_memory_next(
	const struct pack_memory *memory, size_t *position, struct oid *oid, struct commit *commit)
{
	while (oid_map_next(&memory->commits, position, oid))
		if (pack_memory_commit(memory, oid, commit))
			return true;
	return false;
}

bool pack_memory_tag(const struct pack_memory *memory, const struct oid *oid, struct span *text)
{
	size_t index;

	if (!oid_map_get(&memory->tags, oid, &index))
		return false;
	*text = content_of(&memory->objects[index]);
	return true;
}
