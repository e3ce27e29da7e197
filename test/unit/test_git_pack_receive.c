/* SPDX-License-Identifier: Apache-2.0 */
/* pack_receive: packs written by hand become a pack and an index in a folder, or nothing there. */
#include <sys/stat.h>

#include "pack_folder.h"
#include "pack_index.h"

#include "base/file.h"
#include "base/flate.h"

#define FOX "the quick brown fox jumps over the lazy dog"

/* A blob of one letter, with `head` in front. The caller's to release. */
static struct buf filled(const char *head, char letter, size_t size)
{
	struct buf content = BUF(64 * MIB);

	assert_int_equal(buf_add_string(&content, head), 0);
	memset(buf_reserve(&content, size - content.length), letter, size - content.length);
	content.length = size;
	return content;
}

/* What puts `head` in the place of the first bytes of a base of that size. */
static struct pack headed(size_t size, const char *head)
{
	struct pack delta;

	delta_begin(&delta, size, size);
	delta_insert(&delta, head);
	delta_copy(&delta, strlen(head), size - strlen(head));
	return delta;
}

/* A blob as a delta of entry `base`, or of the object with that id; it becomes `content`. */
static size_t add_made(
	struct pack *pack, size_t base, const struct oid *id, const char *head, struct span content)
{
	struct pack delta = headed(content.length, head);
	struct span bytes = buf_span(&delta.bytes);
	size_t number = id ? pack_add_ref_delta(pack, id, bytes)
			   : pack_add_offset_delta(pack, base, bytes);

	pack->entries[number].id = pack_id("blob", content);
	pack_release(&delta);
	return number;
}

/* One of FOX's size that begins with those four letters. */
static size_t add_fox(struct pack *pack, size_t base, const struct oid *id, const char *head)
{
	char content[] = FOX;

	memcpy(content, head, 4);
	return add_made(pack, base, id, head, span_of(content));
}

static struct oid fox_id(const char *head)
{
	char content[] = FOX;

	memcpy(content, head, 4);
	return pack_id("blob", span_of(content));
}

static void empty(struct pack *pack)
{
	pack_begin(pack, 0);
}

static void of_all_types(struct pack *pack)
{
	pack_begin(pack, 5);
	for (enum pack_type type = PACK_COMMIT; type <= PACK_TAG; type++)
		(void)pack_add_object(pack, type, span_of("content"));
	(void)pack_add_blob(pack, "");
}

static void chain_and_branches(struct pack *pack)
{
	size_t first, second;

	pack_begin(pack, 6);
	first = pack_add_blob(pack, FOX);
	second = add_fox(pack, first, NULL, "aaaa");
	second = add_fox(pack, second, NULL, "bbbb");
	(void)add_fox(pack, first, NULL, "cccc");
	(void)add_fox(pack, second, NULL, "dddd");
	(void)add_fox(pack, second, NULL, "eeee");
}

/* A tree stays one, however far it is from what is whole. */
static void delta_of_a_tree(struct pack *pack)
{
	struct pack delta = headed(7, "x");
	size_t tree;

	pack_begin(pack, 2);
	tree = pack_add_object(pack, PACK_TREE, span_of("content"));
	tree = pack_add_offset_delta(pack, tree, buf_span(&delta.bytes));
	pack->entries[tree].id = pack_id("tree", span_of("xontent"));
	pack_release(&delta);
}

static void by_id_backwards(struct pack *pack)
{
	struct oid first = pack_id("blob", span_of(FOX)), a = fox_id("aaaa");

	pack_begin(pack, 3);
	(void)pack_add_blob(pack, FOX);
	(void)add_fox(pack, 0, &first, "aaaa");
	(void)add_fox(pack, 0, &a, "bbbb");
}

/* Each names one that comes later, and what comes by offset builds on one of them. */
static void by_id_forwards(struct pack *pack)
{
	struct oid first = pack_id("blob", span_of(FOX)), a = fox_id("aaaa"), b = fox_id("bbbb");

	pack_begin(pack, 6);
	(void)add_fox(pack, 0, &b, "cccc");
	(void)add_fox(pack, 0, NULL, "dddd");
	(void)add_fox(pack, 0, &a, "bbbb");
	(void)add_fox(pack, 0, &b, "eeee");
	(void)add_fox(pack, 0, &first, "aaaa");
	(void)pack_add_blob(pack, FOX);
}

static void duplicates(struct pack *pack)
{
	struct oid a = fox_id("aaaa");
	size_t first;

	pack_begin(pack, 7);
	first = pack_add_blob(pack, FOX);
	(void)pack_add_blob(pack, FOX);
	(void)add_fox(pack, first, NULL, "the ");
	(void)add_fox(pack, first, NULL, "aaaa");
	(void)add_fox(pack, first + 1, NULL, "aaaa");
	(void)add_fox(pack, 0, &a, "bbbb");
	(void)add_fox(pack, 0, &a, "bbbb");
}

/* Above it an object is hashed in pieces, and is read from the pack again where it is a base. */
static void around_the_largest_that_is_held(struct pack *pack)
{
	pack_begin(pack, 6);
	for (size_t size = LIMIT_PACK_WHOLE - 1; size <= LIMIT_PACK_WHOLE + 1; size++) {
		auto_buf struct buf large = filled("", 'x', size),
				    changed = filled("ab", 'x', size);
		size_t base = pack_add_object(pack, PACK_BLOB, buf_span(&large));

		(void)add_made(pack, base, NULL, "ab", buf_span(&changed));
	}
}

/* A delta that is itself too large to be held. */
static void large_delta(struct pack *pack)
{
	auto_buf struct buf made = BUF(4 * MIB);
	struct pack delta = { .bytes = BUF(4 * MIB) };
	char text[] = "................................................................";
	const size_t count = LIMIT_PACK_WHOLE / strlen(text) + 1;
	size_t last;

	pack_add_size(&delta, 1);
	pack_add_size(&delta, count * strlen(text));
	for (size_t i = 0; i < count; i++) {
		text[0] = (char)('a' + i % 26);
		delta_insert(&delta, text);
		assert_int_equal(buf_add_string(&made, text), 0);
	}
	pack_begin(pack, 2);
	last = pack_add_offset_delta(pack, pack_add_blob(pack, "x"), buf_span(&delta.bytes));
	pack->entries[last].id = pack_id("blob", buf_span(&made));
	pack_release(&delta);
}

/* What no memory was left for is read back, the deltas too. */
static void more_than_is_kept(struct pack *pack)
{
	enum { SIZE = 900 * KIB, OBJECTS = LIMIT_PACK_KEPT / SIZE + 3 };
	char head[] = "a000";
	size_t last = 0;

	pack_begin(pack, OBJECTS + 50);
	for (unsigned int i = 0; i < OBJECTS; i++) {
		auto_buf struct buf large = filled("", (char)('a' + i), SIZE);

		last = pack_add_object(pack, PACK_BLOB, buf_span(&large));
	}
	for (unsigned int i = 0; i < 50; i++) {
		auto_buf struct buf large = filled(head, 'a' + OBJECTS - 1, SIZE);

		last = add_made(pack, last, NULL, head, buf_span(&large));
		head[3]++;
	}
}

/* Enough for several threads: roots with chains. */
static void many(struct pack *pack)
{
	char head[] = "aaaa";

	pack_begin(pack, 60 * 26);
	for (unsigned int i = 0; i < 60 * 26; i++) {
		auto_free char *whole = NULL;

		head[0] = (char)('A' + i / 26);
		head[1] = (char)('a' + i % 26);
		whole = mem_format("%s%s", head, &FOX[4]);
		if (i % 26)
			(void)add_fox(pack, i - 1 - (i % 26 > 3 ? i % 3 : 0), NULL, head);
		else
			(void)pack_add_blob(pack, whole);
	}
}

/* Chains by id with something beside each link: what waits comes to more than may be held. */
static void named_with_branches(struct pack *pack)
{
	enum { SIZE = 3 * MIB, LINKS = LIMIT_PACK_HELD / SIZE + 10 };
	auto_buf struct buf content = filled("", 'x', SIZE);
	struct oid last;
	char head[] = "aa";

	pack_begin(pack, 1 + 2 * LINKS);
	(void)pack_add_object(pack, PACK_BLOB, buf_span(&content));
	last = pack->entries[0].id;
	for (size_t i = 0; i < LINKS; i++) {
		head[0] = (char)('A' + i);
		for (head[1] = 'a'; head[1] < 'c'; head[1]++) {
			memcpy(content.data, head, 2);
			(void)add_made(pack, 0, &last, head, buf_span(&content));
		}
		last = pack->entries[pack->count - 1 - i % 2].id;
	}
}

static const struct good {
	const char *name;
	void (*fill)(struct pack *pack);
} goods[] = {
	{ "an empty one", empty },
	{ "all types, and nothing as a content", of_all_types },
	{ "a chain with branches", chain_and_branches },
	{ "a delta of a tree", delta_of_a_tree },
	{ "bases by id, backwards", by_id_backwards },
	{ "bases by id, forwards", by_id_forwards },
	{ "objects that are there again", duplicates },
	{ "sizes around what is held whole", around_the_largest_that_is_held },
	{ "a large delta", large_delta },
	{ "more than is kept", more_than_is_kept },
	{ "many objects", many },
	{ "more that waits by id than is held", named_with_branches },
};

/* The file of that name is exactly this, and nobody may write to it. Then it goes. */
static void take_file(
	const char *folder, const struct pack *pack, const char *extension, struct span content)
{
	auto_buf struct buf found = BUF(64 * MIB);
	auto_free char *path = NULL;
	struct err err = { 0 };
	struct oid name;
	struct stat st;

	oid_from_raw((const unsigned char *)pack->bytes.data + pack->bytes.length - OID_RAW, &name);
	path = mem_format("%s/pack-%s.%s", folder, name.hex, extension);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0444);
	assert_int_equal(file_read(AT_FDCWD, path, &found, &err), 0);
	assert_int_equal(found.length, content.length);
	assert_memory_equal(found.data, content.data, found.length);
	assert_int_equal(unlink(path), 0);
}

static void take_both(const char *folder, const struct pack *pack)
{
	struct indexed *objects = mem_alloc((pack->count + 1) * sizeof(*objects));
	const char *checksum = pack->bytes.data + pack->bytes.length - OID_RAW;
	struct pack index;

	for (size_t i = 0; i < pack->count; i++) {
		size_t begins = pack->entries[i].begins;
		size_t end = i + 1 < pack->count ? pack->entries[i + 1].begins
						 : pack->bytes.length - OID_RAW;
		struct span entry = { pack->bytes.data + begins, end - begins };

		objects[i] = (struct indexed){ pack->entries[i].id, begins, flate_crc32(0, entry) };
	}
	index_make(&index, objects, pack->count, checksum);
	take_file(folder, pack, "pack", buf_span(&pack->bytes));
	take_file(folder, pack, "idx", buf_span(&index.bytes));
	assert_int_equal(count_files(folder), 0);
	pack_release(&index);
	free(objects);
}

/* Whole; cut into two at every byte, and into bytes, where it is not too large for that. */
static void a_good_pack(void **state)
{
	const struct good *row = *state;
	char folder[] = PACK_FOLDER;
	struct err err = { 0 };
	struct pack pack;

	assert_non_null(mkdtemp(folder));
	row->fill(&pack);
	pack_finish(&pack);
	for (size_t piece = pack.bytes.length > 4096 ? pack.bytes.length : 1;
		piece <= pack.bytes.length; piece++) {
		if (receive_quietly(buf_span(&pack.bytes), folder, piece, &err) < 0)
			fail_msg("a first piece of %zu: %s", piece, err.message);
		take_both(folder, &pack);
	}
	pack_release(&pack);
	assert_int_equal(rmdir(folder), 0);
}

static void a_pack_that_is_cut(void **state)
{
	char folder[] = PACK_FOLDER;
	struct pack pack;

	(void)state;
	assert_non_null(mkdtemp(folder));
	chain_and_branches(&pack);
	pack_finish(&pack);
	for (size_t length = 0; length < pack.bytes.length; length++) {
		struct span part = { pack.bytes.data, length };
		struct err err = { 0 };

		assert_failed(receive_quietly(part, folder, SIZE_MAX, &err), &err, ERR_NETWORK,
			"the pack that the server sent ends before its end");
		assert_int_equal(count_files(folder), 0);
	}
	pack_release(&pack);
	assert_int_equal(rmdir(folder), 0);
}

static void a_folder_that_is_not_there(void **state)
{
	struct err err = { 0 };

	(void)state;
	assert_failed(receive_quietly(span_of(""), "/nowhere/pack", 1, &err), &err, ERR_INTERNAL,
		"/nowhere/pack: no pack can be written there: No such file or directory");
}

int main(void)
{
	UNIT_ROWS(a_good_pack, goods);
	UNIT_TEST(a_pack_that_is_cut);
	UNIT_TEST(a_folder_that_is_not_there);
	return unit_run();
}
