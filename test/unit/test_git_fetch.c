/* SPDX-License-Identifier: Apache-2.0 */
/* fetch: what is asked, and what the answers of both protocols mean. */
#include "unit.h"

#include "base/limits.h"
#include "git/wire/fetch.h"
#include "git/wire/push.h"

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define WORDS_V0 "multi_ack_detailed no-done side-band-64k ofs-delta no-progress filter"

static int keep(void *context, struct span bytes, struct err *err)
{
	(void)err;
	return buf_add_span(context, bytes);
}

/* As test_git_refs: '|' ends a packet, '~' is a flush, '_' a delim; "[N:" begins one of side-band N. */
static void frame(struct buf *out, const char *text)
{
	struct span left = span_of(text), payload;
	struct err err = { 0 };

	while (left.length) {
		auto_buf struct buf packet = BUF(1000);
		uint64_t band;

		if (span_take(&left, "~")) {
			assert_int_equal(pkt_add_flush(out, &err), 0);
			continue;
		}
		if (span_take(&left, "_")) {
			assert_int_equal(pkt_add_delim(out, &err), 0);
			continue;
		}
		if (span_take(&left, "[")) {
			char byte;

			assert_true(span_take_number(&left, 9, &band));
			assert_true(span_take(&left, ":"));
			byte = (char)band;
			assert_int_equal(buf_add(&packet, &byte, 1), 0);
		}
		assert_true(span_take_until(&left, "|", &payload));
		assert_true(span_take(&left, "|"));
		assert_int_equal(buf_add_span(&packet, payload), 0);
		assert_int_equal(pkt_add(out, buf_span(&packet), &err), 0);
	}
}

enum { BANDS = -2 }; /* version 2, all of it in side-bands */

static const struct answer_row {
	const char *name;
	int version;
	bool done;
	int depth;
	const char *packets;
	const char *meaning; /* acknowledged, ready, shallow, pack */
	const char *message; /* NULL: no error */
} answers[] = {
	{ "v2: builds on the version", 2, false, 0,
		"acknowledgments\n|ACK " A "\n|ready\n|_packfile\n|[1:PA|[1:CK|~",
		"ack a ready pack PACK", NULL },
	{ "v2: exists elsewhere", 2, false, 0, "acknowledgments\n|ACK " A "\n|~", "ack a ", NULL },
	{ "v2: is not known", 2, false, 0, "acknowledgments\n|NAK\n|~", "", NULL },
	{ "v2: done", 2, true, 0, "packfile\n|[1:PACK|~", "pack PACK", NULL },
	{ "v2: a kept alive connection", 2, true, 0, "packfile\n||[1:PACK|[1:|~", "pack PACK",
		NULL },
	{ "v2: shallow", 2, true, 1, "shallow-info\n|shallow " B "\n|_packfile\n|[1:PACK|~",
		"shallow b pack PACK", NULL },
	{ "v2: a ref that is wanted by its name", 2, true, 0,
		"wanted-refs\n|" A " refs/heads/main\n|_packfile\n|[1:PACK|~",
		"refs/heads/main a pack PACK", NULL },
	{ "v2: a ref without a name", 2, true, 0, "wanted-refs\n|" A " \n|_packfile\n|[1:PACK|~",
		"", "the answer to a fetch holds a line that is not one: '" A "'" },
	{ "v2: a ref without an id", 2, true, 0, "wanted-refs\n|refs/heads/main\n|_packfile\n|", "",
		"the answer to a fetch holds a line that is not one: 'refs/heads/main'" },
	{ "v2: more refs than one", 2, true, 0, "wanted-refs\n|" A " a\n|" B " b\n|_packfile\n|",
		"", "the answer to a fetch holds a line that is not one: '" B " b'" },
	{ "v2: other sections", 2, true, 0, "packfile-uris\n|x|_packfile\n|[1:PACK|~", "pack PACK",
		NULL },
	{ "v2: gives up", 2, true, 0, "packfile\n|[1:PA|[3:out of memory\n|~", "",
		"the server gave up: out of memory" },
	{ "v2: no such band", 2, true, 0, "packfile\n|[7:x|~", "",
		"the server uses side-band 7, which is none" },
	{ "v2: cut in the pack", 2, true, 0, "packfile\n|[1:PACK|", "",
		"the server's answer breaks off" },
	{ "v2: cut in a section", 2, false, 0, "acknowledgments\n|NAK\n|", "",
		"the answer to a fetch breaks off" },
	{ "v2: nothing", 2, false, 0, "", "", "the server's answer to a fetch is empty" },
	{ "v2: an unknown section", 2, false, 0, "hello\n|~", "",
		"the answer to a fetch holds a line that is not one: 'hello'" },
	{ "v2: a bad acknowledgment", 2, false, 0, "acknowledgments\n|ACK 12\n|~", "",
		"the answer to a fetch holds a line that is not one: 'ACK 12'" },
	{ "v2: acknowledged twice", 2, false, 0, "acknowledgments\n|ACK " A "\n|ACK " A "\n|~",
		"ack a ", NULL },
	{ "v2: acknowledged, and never told of", 2, false, 0,
		"acknowledgments\n|ACK " A "\n|ACK " B "\n|~", "",
		"the server acknowledges more commits than it was told of, which are 1" },
	{ "v2: no such object", 2, true, 0, "ERR upload-pack: not our ref " A "|", "",
		"the server says: upload-pack: not our ref " A },
	{ "bands: builds on the version", BANDS, false, 0,
		"[1:acknowledgments\n|[1:ACK " A "\n|[1:ready\n|_[1:packfile\n|[1:PA|[1:CK|~",
		"ack a ready pack PACK", NULL },
	{ "bands: kept alive and talked to", BANDS, false, 0,
		"[2:|[1:acknowledgments\n|[2:one moment\n|[2:|[1:NAK\n||~", "", NULL },
	{ "bands: gives up while it negotiates", BANDS, false, 0,
		"[1:acknowledgments\n|[3:upload-pack: not our ref " A "\n|", "",
		"the server gave up: upload-pack: not our ref " A },
	{ "bands: gives up before any section", BANDS, true, 0, "[3:unknown ref x|", "",
		"the server gave up: unknown ref x" },
	{ "bands: no such band", BANDS, true, 0, "packfile\n|", "",
		"the server uses side-band 112, which is none" },
	{ "bands: cut in a section", BANDS, false, 0, "[1:acknowledgments\n|[1:NAK\n|[2:|", "",
		"the answer to a fetch breaks off" },
	{ "bands: nothing", BANDS, false, 0, "[2:|", "",
		"the server's answer to a fetch is empty" },
	{ "v0: builds on the version", 0, false, 0,
		"ACK " A " common\n|ACK " A " ready\n|NAK\n|ACK " A "\n|[1:PACK|~",
		"ack a ready pack PACK", NULL },
	{ "v0: exists elsewhere", 0, false, 0, "ACK " A " common\n|NAK\n|", "ack a ", NULL },
	{ "v0: is not known", 0, false, 0, "NAK\n|", "", NULL },
	{ "v0: done, nothing common", 0, true, 0, "NAK\n|[1:PACK|~", "pack PACK", NULL },
	{ "v0: done, common", 0, true, 0, "ACK " A " common\n|ACK " A "\n|[1:PACK|~",
		"ack a pack PACK", NULL },
	{ "v0: shallow", 0, true, 1, "shallow " B "\n|~NAK\n|[1:PACK|~", "shallow b pack PACK",
		NULL },
	{ "v0: acknowledged, and never told of", 0, true, 0,
		"ACK " A " common\n|ACK " B " common\n|", "",
		"the server acknowledges more commits than it was told of, which are 1" },
	{ "v0: done, and no answer", 0, true, 0, "", "", "the answer to a fetch breaks off" },
	{ "v0: not an answer", 0, true, 0, "hello\n|~", "",
		"the answer to a fetch holds a line that is not one: 'hello'" },
};

static void describe(struct buf *out, const struct fetch_result *result, const struct buf *pack)
{
	assert_int_equal(buf_add_string(out, ""), 0);
	for (size_t i = 0; i < result->wanted.count; i++)
		assert_int_equal(buf_format(out, "%s %.1s ", result->wanted.items[i].name,
					 result->wanted.items[i].oid.hex),
			0);
	for (size_t i = 0; i < result->acknowledged.count; i++)
		assert_int_equal(
			buf_format(out, "ack %.1s ", result->acknowledged.items[i].hex), 0);
	for (size_t i = 0; i < result->shallow.count; i++)
		assert_int_equal(buf_format(out, "shallow %.1s ", result->shallow.items[i].hex), 0);
	if (result->ready)
		assert_int_equal(buf_add_string(out, "ready "), 0);
	if (result->pack)
		assert_int_equal(buf_format(out, "pack %s", pack->data), 0);
}

static void read_answer(void **state)
{
	const struct answer_row *row = *state;
	auto_fetch_result struct fetch_result result = { 0 };
	auto_buf struct buf bytes = BUF(10000), pack = BUF(1000), meaning = BUF(1000);
	struct capabilities capabilities = { .version = abs(row->version) };
	struct oid have = { A };
	const struct oids haves = { &have, 1 };
	const struct fetch_request request = {
		.haves = &haves, .done = row->done, .depth = row->depth
	};
	const struct pack_sink sink = { keep, &pack };
	static struct pkt_reader reader;
	struct span left;
	struct err err = { 0 };
	int status;

	capabilities_add_words(&capabilities, span_of(row->version ? "" : WORDS_V0));
	if (row->version == BANDS)
		strings_add(&capabilities.items, span_of("fetch=shallow sideband-all"));
	frame(&bytes, row->packets);
	left = buf_span(&bytes);
	pkt_reader_init(&reader, pkt_source_span, &left);
	status = fetch_read(&result, &capabilities, &request, &reader, &sink, &err);
	assert_string_equal(err.message, row->message ? row->message : "");
	assert_int_equal(status, row->message ? -1 : 0);
	if (status == 0) {
		describe(&meaning, &result, &pack);
		assert_string_equal(meaning.data, row->meaning);
	}
	capabilities_release(&capabilities);
}

/* A list that never ends. */
struct endless {
	const char *line;
	struct span left;
	size_t lines;
};

static long repeat(void *context, char *data, size_t size, struct err *err)
{
	struct endless *endless = context;

	if (!endless->left.length) {
		endless->left = span_of(endless->line);
		endless->lines++;
	}
	return pkt_source_span(&endless->left, data, size, err);
}

static const struct endless_row {
	const char *name;
	int version;
	const char *heading, *line;
} endless_rows[] = {
	{ "v2: shallow", 2, "0011shallow-info\n", "0035shallow " A "\n" },
	{ "v2: unshallow", 2, "0011shallow-info\n", "0037unshallow " A "\n" },
	{ "v0: shallow", 0, "", "0035shallow " A "\n" },
};

static void a_list_without_an_end(void **state)
{
	const struct endless_row *row = *state;
	auto_fetch_result struct fetch_result result = { 0 };
	struct capabilities capabilities = { .version = row->version };
	const struct fetch_request request = { .done = true, .depth = 1 };
	static struct pkt_reader reader;
	struct endless endless;
	struct err err = { 0 };

	endless = (struct endless){ .line = row->line, .left = span_of(row->heading) };
	pkt_reader_init(&reader, repeat, &endless);
	assert_int_equal(fetch_read(&result, &capabilities, &request, &reader, NULL, &err), -1);
	assert_string_equal(
		err.message, "the server cuts the history at more than 1000000 commits");
	assert_in_range(endless.lines, LIMIT_SHALLOW, LIMIT_SHALLOW + PKT_MAX);
	capabilities_release(&capabilities);
}

static void ask(
	int version, const char *words, const struct fetch_request *request, const char *expected)
{
	struct capabilities capabilities = { .version = version };
	auto_buf struct buf out = BUF(1000);
	struct err err = { 0 };

	if (version == 2)
		strings_add(&capabilities.items, span_of(words));
	else
		capabilities_add_words(&capabilities, span_of(words));
	assert_int_equal(fetch_write(&out, &capabilities, request, &err), 0);
	assert_string_equal(out.data, expected);
	capabilities_release(&capabilities);
}

static void what_is_asked(void **state)
{
	struct oid a = { A }, b = { B };
	struct oids wants = { &a, 1 }, haves = { &b, 1 };
	const struct fetch_request negotiate = {
		.wants = &wants, .haves = &haves, .without_trees = true
	};
	const struct fetch_request all = {
		.wants = &wants, .done = true, .include_tags = true, .progress = true, .depth = 3
	};

	const struct fetch_request named = { .want_ref = "refs/heads/main", .done = true };

	(void)state;
	ask(2, "fetch=ref-in-want sideband-all", &named,
		"0011command=fetch0001000eofs-delta\n0011sideband-all\n0010no-progress\n"
		"001dwant-ref refs/heads/main\n0009done\n0000");
	ask(2, "fetch=shallow filter", &negotiate,
		"0011command=fetch0001000eofs-delta\n0010no-progress\n0012filter tree:0\n"
		"0032want " A "\n0032have " B "\n0000");
	ask(2, "fetch=shallow", &negotiate,
		"0011command=fetch0001000eofs-delta\n0010no-progress\n0032want " A "\n0032have " B
		"\n0000");
	ask(2, "fetch=shallow", &all,
		"0011command=fetch0001000eofs-delta\n0010include-tag\n000ddeepen 3\n0032want " A
		"\n0009done\n0000");
	ask(0, WORDS_V0, &negotiate,
		"0078want " A
		" multi_ack_detailed no-done side-band-64k ofs-delta no-progress filter\n"
		"0012filter tree:0\n00000032have " B "\n0000");
	ask(0, "include-tag side-band-64k", &all,
		"004cwant " A " side-band-64k include-tag\n000ddeepen 3\n00000009done\n");
}

static const struct report {
	const char *name;
	bool sideband;
	const char *packets;
	enum err_kind kind;
	const char *message; /* NULL: accepted */
} reports[] = {
	{ "accepted", false, "unpack ok\n|ok refs/heads/main\n|~", ERR_NONE, NULL },
	{ "accepted, in side-bands", true, "[1:000eunpack ok\n0017ok refs|[1:/heads/main\n0000|~",
		ERR_NONE, NULL },
	{ "a hook", false, "unpack ok\n|ng refs/heads/main pre-receive hook declined\n|~",
		ERR_REMOTE, "'refs/heads/main' was rejected: pre-receive hook declined" },
	{ "a race", false, "unpack ok\n|ng refs/heads/main failed to update ref\n|~", ERR_CONFLICT,
		"'refs/heads/main' was rejected: failed to update ref" },
	{ "no reason", false, "unpack ok\n|ng refs/heads/main\n|~", ERR_REMOTE,
		"'refs/heads/main' was rejected: no reason given" },
	{ "not unpacked", false, "unpack index-pack abnormal exit\n|~", ERR_REMOTE,
		"the server could not unpack what was pushed: index-pack abnormal exit" },
	{ "no word on the ref", false, "unpack ok\n|~", ERR_REMOTE,
		"the server reported on 0 of 1 pushed refs" },
	{ "no report", false, "~", ERR_REMOTE,
		"the server did not report what became of the push" },
	{ "cut off", true, "[1:000eunpack ok\n|", ERR_NETWORK, "the server's answer breaks off" },
};

static void read_report(void **state)
{
	const struct report *row = *state;
	struct push_request request = { 0 };
	struct capabilities capabilities = { 0 };
	auto_buf struct buf bytes = BUF(1000);
	static struct pkt_reader reader;
	struct oid id = { A };
	struct err err = { 0 };
	struct span left;
	int status;

	push_add(&request, "refs/heads/main", NULL, &id);
	if (row->sideband)
		capabilities_add_words(&capabilities, span_of("side-band-64k"));
	frame(&bytes, row->packets);
	left = buf_span(&bytes);
	pkt_reader_init(&reader, pkt_source_span, &left);
	status = push_read(&capabilities, &request, &reader, &err);
	assert_string_equal(err.message, row->message ? row->message : "");
	assert_int_equal(err.kind, row->kind);
	assert_int_equal(status, row->message ? -1 : 0);
	push_release(&request);
	capabilities_release(&capabilities);
}

int main(void)
{
	UNIT_ROWS(read_answer, answers);
	UNIT_ROWS(a_list_without_an_end, endless_rows);
	UNIT_TEST(what_is_asked);
	UNIT_ROWS(read_report, reports);
	return unit_run();
}
