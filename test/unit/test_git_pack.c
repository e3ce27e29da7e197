/* SPDX-License-Identifier: Apache-2.0 */
/* pack: commits from packs that are made here byte by byte, whole, cut and damaged. */
#include "unit.h"

#include "git/hash.h"
#include "git/pack/delta.h"
#include "git/pack/memory.h"

#define TREE "tree 1111111111111111111111111111111111111111\n"
#define PEOPLE \
	"author A <a@example.com> 1700000000 +0100\ncommitter C <c@example.com> 1700000060 +0100\n\n"
#define FIRST TREE PEOPLE "first\n"
#define SECOND TREE PEOPLE "second\n"

struct pack {
	struct buf bytes;
	size_t begins[8]; /* of the entries */
	size_t count;
};

static void add(struct pack *pack, const void *data, size_t length)
{
	assert_int_equal(buf_add(&pack->bytes, data, length), 0);
}

static void add_byte(struct pack *pack, unsigned int byte)
{
	unsigned char one = (unsigned char)byte;

	add(pack, &one, 1);
}

/* A zlib stream of one stored block: nothing has to be compressed to be inflated. */
static void add_stored(struct pack *pack, struct span content)
{
	unsigned int a = 1, b = 0, length = (unsigned int)content.length;

	for (size_t i = 0; i < content.length; i++) {
		a = (a + (unsigned char)content.data[i]) % 65521;
		b = (b + a) % 65521;
	}
	add(pack, "\x78\x01\x01", 3);
	add_byte(pack, length & 255);
	add_byte(pack, length >> 8);
	add_byte(pack, ~length & 255);
	add_byte(pack, ~length >> 8 & 255);
	add(pack, content.data, content.length);
	add_byte(pack, b >> 8);
	add_byte(pack, b & 255);
	add_byte(pack, a >> 8);
	add_byte(pack, a & 255);
}

static void add_header(struct pack *pack, unsigned int type, size_t size)
{
	pack->begins[pack->count++] = pack->bytes.length;
	assert_true(size >= 16 && size < 2048);
	add_byte(pack, 0x80 | type << 4 | (unsigned int)(size & 15));
	add_byte(pack, (unsigned int)(size >> 4));
}

static void add_entry(struct pack *pack, unsigned int type, const char *content)
{
	add_header(pack, type, strlen(content));
	add_stored(pack, span_of(content));
}

static void begin(struct pack *pack, unsigned int entries)
{
	pack->bytes = BUF(100000);
	add(pack, "PACK\0\0\0\2\0\0\0", 11);
	add_byte(pack, entries);
}

static void finish(struct pack *pack)
{
	struct digest *hash = digest_new(DIGEST_SHA1);
	struct oid digest;

	digest_add(hash, buf_span(&pack->bytes));
	hash_take(hash, &digest);
	digest_free(hash);
	for (size_t i = 0; i < OID_HEX; i += 2) {
		char hex[3] = { digest.hex[i], digest.hex[i + 1], '\0' };

		add_byte(pack, (unsigned int)strtoul(hex, NULL, 16));
	}
}

static struct oid id_of(const char *commit)
{
	struct digest *hash = digest_new(DIGEST_SHA1);
	struct oid oid;

	hash_object(hash, "commit", span_of(commit), &oid);
	digest_free(hash);
	return oid;
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
static size_t make_delta(char delta[static 64])
{
	size_t same = strlen(TREE PEOPLE), from = strlen(FIRST), to = strlen(SECOND);
	size_t length = 0;

	delta[length++] = (char)(0x80 | (from & 127));
	delta[length++] = (char)(from >> 7);
	delta[length++] = (char)(0x80 | (to & 127));
	delta[length++] = (char)(to >> 7);
	delta[length++] = (char)(0x80 | 0x10);
	delta[length++] = (char)same;
	delta[length++] = 7;
	memcpy(delta + length, "second\n", 7);
	return length + 7;
}

static void add_offset_delta(struct pack *pack, size_t base)
{
	char delta[64];
	size_t length = make_delta(delta);
	size_t distance = pack->bytes.length - pack->begins[base];

	/* short headers here: the delta has less than 16 bytes */
	assert_true(length < 16 && distance >= 128 && distance < 16512);
	pack->begins[pack->count++] = pack->bytes.length;
	add_byte(pack, 6u << 4 | (unsigned int)length);
	add_byte(pack, 0x80 | (unsigned int)((distance >> 7) - 1));
	add_byte(pack, distance & 127);
	add_stored(pack, (struct span){ delta, length });
}

static void add_ref_delta(struct pack *pack, const struct oid *base)
{
	char delta[64];
	size_t length = make_delta(delta);

	pack->begins[pack->count++] = pack->bytes.length;
	add_byte(pack, 7u << 4 | (unsigned int)length);
	for (size_t i = 0; i < OID_HEX; i += 2) {
		char hex[3] = { base->hex[i], base->hex[i + 1], '\0' };

		add_byte(pack, (unsigned int)strtoul(hex, NULL, 16));
	}
	add_stored(pack, (struct span){ delta, length });
}

static void commits_and_deltas_however_the_pack_is_cut(void **state)
{
	struct pack pack = { 0 };

	(void)state;
	begin(&pack, 4);
	add_entry(&pack, 3, "a blob of more than sixteen bytes");
	add_entry(&pack, 1, FIRST);
	add_offset_delta(&pack, 1);
	add_entry(&pack, 2, "a tree, as it were, which is dropped");
	finish(&pack);
	for (size_t piece = 1; piece < 40; piece++) {
		auto_pack_memory struct pack_memory *memory = pack_memory_new();
		struct err err = { 0 };

		assert_int_equal(feed(memory, buf_span(&pack.bytes), piece, &err), 0);
		assert_commit(memory, FIRST, "first\n");
		assert_commit(memory, SECOND, "second\n");
	}
	buf_release(&pack.bytes);
}

static void a_base_that_comes_behind_its_delta(void **state)
{
	auto_pack_memory struct pack_memory *memory = pack_memory_new();
	struct oid base = id_of(FIRST);
	struct pack pack = { 0 };
	struct err err = { 0 };

	(void)state;
	begin(&pack, 2);
	add_ref_delta(&pack, &base);
	add_entry(&pack, 1, FIRST);
	finish(&pack);
	assert_int_equal(feed(memory, buf_span(&pack.bytes), 1000, &err), 0);
	assert_commit(memory, SECOND, "second\n");
	buf_release(&pack.bytes);
}

static void a_base_that_is_missing(void **state)
{
	auto_pack_memory struct pack_memory *memory = pack_memory_new();
	struct oid base = id_of(FIRST);
	struct pack pack = { 0 };
	struct err err = { 0 };

	(void)state;
	begin(&pack, 1);
	add_ref_delta(&pack, &base);
	finish(&pack);
	assert_failed(feed(memory, buf_span(&pack.bytes), 1000, &err), &err, ERR_REMOTE,
		"the pack that the server sent is damaged: the base of 1 deltas is missing");
	buf_release(&pack.bytes);
}

static void an_empty_pack(void **state)
{
	auto_pack_memory struct pack_memory *memory = pack_memory_new();
	struct pack pack = { 0 };
	struct err err = { 0 };

	(void)state;
	begin(&pack, 0);
	finish(&pack);
	assert_int_equal(feed(memory, buf_span(&pack.bytes), 7, &err), 0);
	buf_release(&pack.bytes);
}

/* Cut after any byte it is incomplete; with any byte changed it is damaged or cut. */
static void no_damage_goes_unseen(void **state)
{
	struct pack pack = { 0 };

	(void)state;
	begin(&pack, 2);
	add_entry(&pack, 1, FIRST);
	add_offset_delta(&pack, 0);
	finish(&pack);
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
	buf_release(&pack.bytes);
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
