/* SPDX-License-Identifier: Apache-2.0 */
/* pack: commits from packs that are made here byte by byte, whole, cut and damaged. */
#include "packs.h"
#include "unit.h"

#include "git/pack/delta.h"
#include "git/pack/memory.h"

#define TREE "tree 1111111111111111111111111111111111111111\n"
#define PEOPLE \
	"author A <a@example.com> 1700000000 +0100\ncommitter C <c@example.com> 1700000060 +0100\n\n"
#define FIRST TREE PEOPLE "first\n"
#define SECOND TREE PEOPLE "second\n"

static struct oid id_of(const char *commit)
{
	return pack_id("commit", span_of(commit));
}

static void add_commit(struct pack *pack, const char *commit)
{
	(void)pack_add_object(pack, PACK_COMMIT, span_of(commit));
}

/* All in pieces of that size. */
static int feed(struct pack_memory *memory, struct span bytes, size_t piece, struct err *err)
{
	const struct pack_sink sink = pack_memory_sink(memory);
	struct span part;

	while (bytes.length) {
		assert_true(span_take_bytes(
			&bytes, bytes.length < piece ? bytes.length : piece, &part));
		if (pack_sink_take(&sink, part, err) < 0)
			return -1;
	}
	return pack_memory_finish(memory, err);
}

static void assert_commit(const struct pack_memory *memory, const char *text, const char *message)
{
	struct oid oid = id_of(text);
	struct commit commit;

	assert_true(pack_memory_commit(memory, &oid, &commit));
	assert_span_is(commit.message, message);
}

/* SECOND from FIRST: all but the message is copied. */
static struct pack second(void)
{
	struct pack delta;

	delta_begin(&delta, strlen(FIRST), strlen(SECOND));
	delta_copy(&delta, 0, strlen(TREE PEOPLE));
	delta_insert(&delta, "second\n");
	return delta;
}

static void add_offset_delta(struct pack *pack, size_t base)
{
	struct pack delta = second();

	(void)pack_add_offset_delta(pack, base, buf_span(&delta.bytes));
	pack_release(&delta);
}

static void add_ref_delta(struct pack *pack, const struct oid *base)
{
	struct pack delta = second();

	(void)pack_add_ref_delta(pack, base, buf_span(&delta.bytes));
	pack_release(&delta);
}

static void commits_and_deltas_however_the_pack_is_cut(void **state)
{
	struct pack pack;

	(void)state;
	pack_begin(&pack, 4);
	(void)pack_add_blob(&pack, "a blob of more than sixteen bytes");
	add_commit(&pack, FIRST);
	add_offset_delta(&pack, 1);
	(void)pack_add_object(&pack, PACK_TREE, span_of("a tree, as it were, which is dropped"));
	pack_finish(&pack);
	for (size_t piece = 1; piece < 40; piece++) {
		auto_pack_memory struct pack_memory *memory = pack_memory_new();
		struct err err = { 0 };

		assert_int_equal(feed(memory, buf_span(&pack.bytes), piece, &err), 0);
		assert_commit(memory, FIRST, "first\n");
		assert_commit(memory, SECOND, "second\n");
	}
	pack_release(&pack);
}

static void a_base_that_comes_behind_its_delta(void **state)
{
	auto_pack_memory struct pack_memory *memory = pack_memory_new();
	struct oid base = id_of(FIRST);
	struct pack pack;
	struct err err = { 0 };

	(void)state;
	pack_begin(&pack, 2);
	add_ref_delta(&pack, &base);
	add_commit(&pack, FIRST);
	pack_finish(&pack);
	assert_int_equal(feed(memory, buf_span(&pack.bytes), 1000, &err), 0);
	assert_commit(memory, SECOND, "second\n");
	pack_release(&pack);
}

static void a_base_that_is_missing(void **state)
{
	auto_pack_memory struct pack_memory *memory = pack_memory_new();
	struct oid base = id_of(FIRST);
	struct pack pack;
	struct err err = { 0 };

	(void)state;
	pack_begin(&pack, 1);
	add_ref_delta(&pack, &base);
	pack_finish(&pack);
	assert_failed(feed(memory, buf_span(&pack.bytes), 1000, &err), &err, ERR_REMOTE,
		"the pack that the server sent is damaged: the base of 1 deltas is missing");
	pack_release(&pack);
}

static void an_empty_pack(void **state)
{
	auto_pack_memory struct pack_memory *memory = pack_memory_new();
	struct pack pack;
	struct err err = { 0 };

	(void)state;
	pack_begin(&pack, 0);
	pack_finish(&pack);
	assert_int_equal(feed(memory, buf_span(&pack.bytes), 7, &err), 0);
	pack_release(&pack);
}

/* Cut after any byte it is incomplete; with any byte changed it is damaged or cut. */
static void no_damage_goes_unseen(void **state)
{
	struct pack pack;

	(void)state;
	pack_begin(&pack, 2);
	add_commit(&pack, FIRST);
	add_offset_delta(&pack, 0);
	pack_finish(&pack);
	for (size_t i = 0; i < pack.bytes.length; i++) {
		auto_pack_memory struct pack_memory *cut = pack_memory_new();
		auto_pack_memory struct pack_memory *changed = pack_memory_new();
		struct err err = { 0 };

		assert_failed(feed(cut, (struct span){ pack.bytes.data, i }, 1000, &err), &err,
			ERR_NETWORK, "the pack that the server sent ends before its end");
		pack.bytes.data[i] ^= 0x20;
		assert_int_equal(feed(changed, buf_span(&pack.bytes), 1000, &err), -1);
		pack.bytes.data[i] ^= 0x20;
	}
	pack_release(&pack);
}

static const struct patch {
	const char *name;
	const char *base;
	struct span delta;
	const char *result; /* NULL: it does not fit */
} patches[] = {
	{ "insert", "abc", { "\3\2\2xy", 5 }, "xy" },
	{ "copy all", "abc", { "\3\3\x90\3", 4 }, "abc" },
	{ "copy from the middle", "abcdef", { "\6\3\x91\2\3", 5 }, "cde" },
	{ "copy and insert", "abc", { "\3\4\x90\3\1!", 6 }, "abc!" },
	{ "another base", "abcd", { "\3\2\2xy", 5 }, NULL },
	{ "copy behind the end", "abc", { "\3\3\x91\1\3", 5 }, NULL },
	{ "copy from behind the end", "abc", { "\3\1\x91\4\1", 5 }, NULL },
	{ "less than it says", "abc", { "\3\5\x90\3", 4 }, NULL },
	{ "more than it says", "abc", { "\3\2\x90\3", 4 }, NULL },
	{ "the reserved instruction", "abc", { "\3\1\0", 3 }, NULL },
	{ "cut in an insert", "abc", { "\3\2\2x", 4 }, NULL },
	{ "cut in a copy", "abc", { "\3\3\x90", 3 }, NULL },
	{ "cut in a size", "abc", { "\3\x80", 2 }, NULL },
	{ "nothing", "abc", { "", 0 }, NULL },
};

static void apply_delta(void **state)
{
	const struct patch *row = *state;
	auto_buf struct buf out = BUF(100);
	struct err err = { 0 };
	int status = delta_apply(&out, span_of(row->base), row->delta, &err);

	assert_int_equal(status, row->result ? 0 : -1);
	if (row->result)
		assert_span_is(buf_span(&out), row->result);
	else
		assert_string_equal(err.message,
			"the pack that the server sent is damaged: a delta does not fit its base");
}

int main(void)
{
	UNIT_TEST(commits_and_deltas_however_the_pack_is_cut);
	UNIT_TEST(a_base_that_comes_behind_its_delta);
	UNIT_TEST(a_base_that_is_missing);
	UNIT_TEST(an_empty_pack);
	UNIT_TEST(no_damage_goes_unseen);
	UNIT_ROWS(apply_delta, patches);
	return unit_run();
}
