/* SPDX-License-Identifier: Apache-2.0 */
/* seen: what a pathspec sees of a tree. */
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "git/pack/trees.h"
#include "git/paths/seen.h"

/* An empty folder holds no file, so nothing in it can be meant. */
static const unsigned char empty_tree[OID_RAW] = { 0x4b, 0x82, 0x5d, 0xc6, 0x42, 0xcb, 0x6e, 0xb9,
	0xa0, 0x60, 0xe5, 0x4b, 0xf8, 0xd6, 0x92, 0x88, 0xfb, 0xee, 0x49, 0x04 };

/* A tree while it is read. */
struct reading {
	const struct pathspec *pathspec;
	struct buf path; /* the folder's, and behind it the entry's name */
	size_t folder;   /* length of the folder's */
	struct buf folders;
	struct digest *hash;
	bool any;
};

static int too_large(struct err *err)
{
	return err_set(err, ERR_REMOTE, "a tree that the server sent is too large");
}

/* The entry is meant, whatever is in it. */
static void fold(struct reading *reading, const struct tree_entry *entry)
{
	const char kind = (char)('0' + entry->kind);

	digest_add(reading->hash, (struct span){ &kind, 1 });
	digest_add(reading->hash, entry->name);
	digest_add(reading->hash, (struct span){ "", 1 });
	digest_add(reading->hash, (struct span){ (const char *)entry->raw, OID_RAW });
	reading->any = true;
}

static int list(struct reading *reading, const struct tree_entry *entry, struct err *err)
{
	if (buf_add_span(&reading->folders, entry->name) < 0 ||
		buf_add_string(&reading->folders, "/") < 0 ||
		buf_add(&reading->folders, entry->raw, OID_RAW) < 0)
		return too_large(err);
	return 0;
}

static int see_folder(struct reading *reading, const struct tree_entry *entry, struct err *err)
{
	if (buf_add_string(&reading->path, "/") < 0)
		return too_large(err);
	if (memcmp(entry->raw, empty_tree, OID_RAW) == 0)
		return 0;
	switch (pathspec_extent(reading->pathspec, buf_span(&reading->path))) {
	case PATHSPEC_SOME:
		return list(reading, entry, err);
	case PATHSPEC_ALL:
		fold(reading, entry);
		break;
	case PATHSPEC_NONE:
		break;
	}
	return 0;
}

static int see(struct reading *reading, const struct tree_entry *entry, struct err *err)
{
	reading->path.length = reading->folder;
	if (buf_add_span(&reading->path, entry->name) < 0)
		return too_large(err);
	if (entry->kind == TREE_FOLDER)
		return see_folder(reading, entry, err);
	if (pathspec_matches(
		    reading->pathspec, buf_span(&reading->path), entry->kind == TREE_SUBMODULE))
		fold(reading, entry);
	return 0;
}

static int see_all(struct reading *reading, struct span content, struct err *err)
{
	struct tree_entry entry;
	int more;

	while ((more = tree_entry_take(&content, &entry, err)) > 0)
		if (see(reading, &entry, err) < 0)
			return -1;
	return more;
}

int seen_read(struct seen *seen, const struct pathspec *pathspec, const char *folder,
	struct span content, struct err *err)
{
	struct reading reading = {
		.pathspec = pathspec,
		.path = BUF(LIMIT_PACK_ENTRY),
		.folder = strlen(folder),
		.folders = BUF(LIMIT_PACK_ENTRY),
		.hash = digest_new(DIGEST_SHA1),
	};
	int status = buf_add_string(&reading.path, folder) < 0 ? too_large(err)
							       : see_all(&reading, content, err);

	if (status == 0) {
		*seen = (struct seen){ .length = reading.folders.length };
		if (reading.any)
			hash_take(reading.hash, &seen->digest);
		if (seen->length)
			seen->folders = mem_copy(reading.folders.data, seen->length);
	}
	digest_free(reading.hash);
	buf_release(&reading.path);
	buf_release(&reading.folders);
	return status;
}

/* The folder at that place; an empty name behind the last one. */
static struct span folder_at(const struct seen *seen, size_t place, struct oid *oid)
{
	const char *start, *end;

	if (place >= seen->length)
		return (struct span){ "", 0 };
	start = seen->folders + place;
	end = memchr(start, '/', seen->length - place);
	oid_from_raw((const unsigned char *)end + 1, oid);
	return (struct span){ start, (size_t)(end - start) + 1 };
}

static int compare(struct span a, struct span b)
{
	int order = memcmp(a.data, b.data, a.length < b.length ? a.length : b.length);

	if (!a.length || !b.length)
		return a.length ? -1 : 1;
	return order ? order : (a.length > b.length) - (a.length < b.length);
}

bool seen_next_change(const struct seen *before, const struct seen *after, struct seen_place *place,
	struct seen_change *change)
{
	const struct oid none = { 0 };

	while (place->before < before->length || place->after < after->length) {
		struct oid old = { 0 }, new = { 0 };
		struct span old_name = folder_at(before, place->before, &old);
		struct span new_name = folder_at(after, place->after, &new);
		int order = compare(old_name, new_name);

		if (order <= 0)
			place->before += old_name.length + OID_RAW;
		if (order >= 0)
			place->after += new_name.length + OID_RAW;
		if (order == 0 && oid_equal(&old, &new))
			continue;
		change->name = order <= 0 ? old_name : new_name;
		change->before = order <= 0 ? old : none;
		change->after = order >= 0 ? new : none;
		return true;
	}
	return false;
}

void seen_release(struct seen *seen)
{
	free(seen->folders);
	*seen = (struct seen){ 0 };
}
