/* SPDX-License-Identifier: Apache-2.0 */
/* pack_refused: packs that are damaged, or that somebody made to do harm: an exact message, and nothing is left. */
#include "pack_folder.h"
#include "packs.h"

#define DAMAGED "the pack that the server sent is damaged"
#define NO_BASE DAMAGED ": a delta's base is not in it"
#define NO_FIT DAMAGED ": a delta does not fit its base"
#define FOX "the quick brown fox jumps over the lazy dog"

/* A blob of a few bytes, and a delta of it as these bytes. */
static void with_delta(struct pack *pack, struct span delta)
{
	pack_begin(pack, 2);
	(void)pack_add_offset_delta(pack, pack_add_blob(pack, "hello"), delta);
}

static void wrong_checksum(struct pack *pack)
{
	pack_begin(pack, 1);
	(void)pack_add_blob(pack, FOX);
	pack_add(pack, "12345678901234567890", OID_RAW);
}

static void something_behind(struct pack *pack)
{
	pack_begin(pack, 1);
	(void)pack_add_blob(pack, FOX);
	pack_finish(pack);
	pack_add_byte(pack, 0);
}

static void no_pack(struct pack *pack)
{
	pack_begin(pack, 0);
	pack->bytes.data[0] = 'p';
	pack_finish(pack);
}

static void another_version(struct pack *pack)
{
	pack_begin(pack, 0);
	pack->bytes.data[7] = 4;
	pack_finish(pack);
}

static void of_type(struct pack *pack, unsigned int type)
{
	pack_begin(pack, 1);
	pack_add_header(pack, type, 5);
	pack_add_stored(pack, span_of("hello"));
	pack_finish(pack);
}

static void type_0(struct pack *pack)
{
	of_type(pack, 0);
}

static void type_5(struct pack *pack)
{
	of_type(pack, 5);
}

static void says_size(struct pack *pack, size_t size)
{
	pack_begin(pack, 1);
	pack_add_header(pack, PACK_BLOB, size);
	pack_add_stored(pack, span_of(FOX));
	pack_finish(pack);
}

static void says_less(struct pack *pack)
{
	says_size(pack, strlen(FOX) - 1);
}

static void says_more(struct pack *pack)
{
	says_size(pack, strlen(FOX) + 1);
}

static void says_a_tebibyte(struct pack *pack)
{
	says_size(pack, (size_t)(1024 * GIB));
}

static void says_nothing(struct pack *pack)
{
	says_size(pack, 0);
}

/* Eleven bytes of a size, all of which go on. */
static void endless_size(struct pack *pack)
{
	pack_begin(pack, 1);
	pack_add(pack, "\xb0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 11);
}

static void endless_distance(struct pack *pack)
{
	pack_begin(pack, 1);
	pack_add(pack, "\x65\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 11);
}

static void no_stream(struct pack *pack)
{
	pack_begin(pack, 1);
	pack_add_header(pack, PACK_BLOB, 5);
	pack_add(pack, "hello, here is nothing compressed", 33);
}

/* The first bytes of the checksum are taken for an entry's. */
static void one_more_than_there_are(struct pack *pack)
{
	pack_begin(pack, 2);
	(void)pack_add_blob(pack, FOX);
	pack_add(pack,
		"\x50"
		"2345678901234567890",
		OID_RAW);
}

static void one_less_than_there_are(struct pack *pack)
{
	pack_begin(pack, 1);
	(void)pack_add_blob(pack, FOX);
	(void)pack_add_blob(pack, FOX);
	pack_finish(pack);
}

static void base_by_distance(struct pack *pack, size_t distance)
{
	pack_begin(pack, 2);
	(void)pack_add_blob(pack, FOX);
	(void)pack_add_distant(
		pack, distance ? distance : pack->bytes.length, span_of("\5\5\x90\5"));
	pack_finish(pack);
}

static void base_inside(struct pack *pack)
{
	base_by_distance(pack, 10);
}

static void base_at_the_header(struct pack *pack)
{
	base_by_distance(pack, 0);
}

static void base_in_front(struct pack *pack)
{
	base_by_distance(pack, 100000);
}

static void base_is_itself(struct pack *pack)
{
	pack_begin(pack, 1);
	pack_add_header(pack, PACK_OFFSET_DELTA, 5);
	pack_add_byte(pack, 0);
	pack_add_stored(pack, span_of("hello"));
	pack_finish(pack);
}

static void base_missing(struct pack *pack)
{
	struct oid nowhere = pack_id("blob", span_of("nowhere"));

	pack_begin(pack, 2);
	(void)pack_add_blob(pack, "hello");
	(void)pack_add_ref_delta(pack, &nowhere, span_of("\5\5\x90\5"));
	pack_finish(pack);
}

/* An id that nothing has: those of deltas that are not yet resolved must not be found by it. */
static void base_zero(struct pack *pack)
{
	const struct oid zero = { OID_ZERO };

	pack_begin(pack, 2);
	(void)pack_add_ref_delta(pack, &zero, span_of("\5\5\x90\5"));
	(void)pack_add_ref_delta(pack, &zero, span_of("\5\5\x90\5"));
	pack_finish(pack);
}

/* Each makes what the other names. */
static void cycle(struct pack *pack)
{
	struct oid a = pack_id("blob", span_of("a")), b = pack_id("blob", span_of("b"));

	pack_begin(pack, 3);
	(void)pack_add_blob(pack, "hello");
	(void)pack_add_ref_delta(pack, &a, span_of("\1\1\1b"));
	(void)pack_add_ref_delta(pack, &b, span_of("\1\1\1a"));
	pack_finish(pack);
}

/* It makes what it names. */
static void cycle_of_one(struct pack *pack)
{
	struct oid a = pack_id("blob", span_of("a"));

	pack_begin(pack, 1);
	(void)pack_add_ref_delta(pack, &a, span_of("\1\1\1a"));
	pack_finish(pack);
}

static void delta_of_another_size(struct pack *pack)
{
	with_delta(pack, span_of("\6\5\x90\5"));
	pack_finish(pack);
}

static void delta_beyond_its_base(struct pack *pack)
{
	with_delta(pack, span_of("\5\6\x90\6"));
	pack_finish(pack);
}

static void delta_with_too_much(struct pack *pack)
{
	with_delta(pack, span_of("\5\5\x90\5\x90\5"));
	pack_finish(pack);
}

static void delta_of_nothing(struct pack *pack)
{
	with_delta(pack, span_of(""));
	pack_finish(pack);
}

/* More than anything that is a delta may become; what is promised is not believed. */
static void delta_to_600_mib(struct pack *pack)
{
	with_delta(pack, span_of("\5\x80\x80\x80\xd8\4\x90\5"));
	pack_finish(pack);
}

/* Of many that fit, one in the middle of a chain does not: it is one of several threads that finds it. */
static void one_of_many(struct pack *pack)
{
	struct span good = span_of("\5\5\x90\5"), spoiled = span_of("\4\5\x90\5");

	pack_begin(pack, 1000);
	for (size_t i = 0; i < 1000; i++)
		if (i % 100)
			(void)pack_add_offset_delta(pack, i - 1, i == 950 ? spoiled : good);
		else
			(void)pack_add_blob(pack, "hello");
	pack_finish(pack);
}

static const struct bad {
	const char *name;
	void (*fill)(struct pack *pack);
	const char *message;
} bads[] = {
	{ "a wrong checksum", wrong_checksum, DAMAGED " at byte 68: its checksum is wrong" },
	{ "something behind it", something_behind,
		DAMAGED " at byte 68: there is something behind its end" },
	{ "no pack", no_pack, DAMAGED " at byte 12: it does not begin as a pack does" },
	{ "another version", another_version,
		DAMAGED " at byte 12: its version is neither 2 nor 3" },
	{ "type 0", type_0, DAMAGED " at byte 13: an entry is of an unknown type" },
	{ "type 5", type_5, DAMAGED " at byte 13: an entry is of an unknown type" },
	{ "a size that is too small", says_less,
		DAMAGED " at byte 12: an entry is longer than it says" },
	{ "a size that is too large", says_more,
		DAMAGED " at byte 12: an entry is shorter than it says" },
	{ "a size of nothing", says_nothing,
		DAMAGED " at byte 12: an entry is longer than it says" },
	{ "a size of 1 TiB", says_a_tebibyte,
		DAMAGED " at byte 12: an entry is shorter than it says" },
	{ "an endless size", endless_size,
		DAMAGED " at byte 22: the size of an entry is too long" },
	{ "an endless distance", endless_distance,
		DAMAGED " at byte 22: the distance to a delta's base is too long" },
	{ "nothing compressed", no_stream, DAMAGED " at byte 12: an entry cannot be inflated" },
	{ "a count that is too large", one_more_than_there_are,
		DAMAGED " at byte 69: an entry is of an unknown type" },
	{ "a count that is too small", one_less_than_there_are,
		DAMAGED " at byte 68: its checksum is wrong" },
	{ "a base inside another object", base_inside, NO_BASE },
	{ "a base where the pack begins", base_at_the_header, NO_BASE },
	{ "a base in front of the pack", base_in_front,
		DAMAGED " at byte 72: a delta's base is not in it" },
	{ "a delta of itself", base_is_itself, DAMAGED " at byte 14: a delta's base is not in it" },
	{ "a base that is missing", base_missing, NO_BASE },
	{ "a base without an id", base_zero, NO_BASE },
	{ "a cycle by ids", cycle, NO_BASE },
	{ "a cycle of one", cycle_of_one, NO_BASE },
	{ "a delta of another size", delta_of_another_size, NO_FIT },
	{ "a delta that copies too much", delta_beyond_its_base, NO_FIT },
	{ "a delta that makes too much", delta_with_too_much, NO_FIT },
	{ "a delta of nothing", delta_of_nothing, NO_FIT },
	{ "a delta to 600 MiB", delta_to_600_mib,
		"the pack that the server sent is refused: a delta makes more than 512 MiB" },
	{ "one of many deltas does not fit", one_of_many, NO_FIT },
};

static void a_bad_pack(void **state)
{
	const struct bad *row = *state;
	char folder[] = PACK_FOLDER;
	struct pack pack;

	assert_non_null(mkdtemp(folder));
	row->fill(&pack);
	for (size_t piece = 1; piece <= 100; piece++) {
		struct err err = { 0 };

		assert_failed(receive_quietly(buf_span(&pack.bytes), folder, piece, &err), &err,
			ERR_REMOTE, row->message);
		assert_int_equal(count_files(folder), 0);
	}
	pack_release(&pack);
	assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
	UNIT_ROWS(a_bad_pack, bads);
	return unit_run();
}
