/* SPDX-License-Identifier: Apache-2.0 */
/* pkt: what is read of a stream of packets, however it is cut, and what is written. */
#include "unit.h"

#include "git/wire/pkt.h"

static const struct stream {
	const char *name;
	const char *bytes;
	const char *read; /* a word for each packet */
	enum err_kind kind;
	const char *message; /* of the end; NULL: it is no error */
} streams[] = {
	{ "nothing", "", "end", ERR_NONE, NULL },
	{ "a line", "0006a\n", "<a\n>end", ERR_NONE, NULL },
	{ "an empty packet", "0004", "<>end", ERR_NONE, NULL },
	{ "the special ones", "000000010002", "flush delim response-end end", ERR_NONE, NULL },
	{ "upper and lower case", "000Aabcdef000aabcdef", "<abcdef><abcdef>end", ERR_NONE, NULL },
	{ "two and a flush", "0005x0005y0000", "<x><y>flush end", ERR_NONE, NULL },
	{ "no length", "hello", "", ERR_REMOTE,
		"the answer is not git's protocol: a packet begins with 'hell'" },
	{ "a page of HTML", "<html>", "", ERR_REMOTE,
		"the answer is not git's protocol: a packet begins with '<htm'" },
	{ "length 3", "0003", "", ERR_REMOTE,
		"the answer is not git's protocol: a packet begins with '0003'" },
	{ "a length above git's", "fff1", "", ERR_REMOTE,
		"the answer is not git's protocol: a packet begins with 'fff1'" },
	{ "a sign", "-001", "", ERR_REMOTE,
		"the answer is not git's protocol: a packet begins with '-001'" },
	{ "cut in the length", "00", "", ERR_NETWORK, "the answer ends in the middle of a packet" },
	{ "cut in the payload", "0005a0008ab", "<a>", ERR_NETWORK,
		"the answer ends in the middle of a packet" },
	{ "an error of the server", "0014ERR not our ref\n", "", ERR_REMOTE,
		"the server says: not our ref" },
	{ "an error that is two lines", "0012ERR one\x07\ntwo\r\n", "", ERR_REMOTE,
		"the server says: one?; two" },
};

struct pieces {
	struct span left;
	size_t piece;
};

static long next_piece(void *context, char *data, size_t size, struct err *err)
{
	struct pieces *pieces = context;

	return pkt_source_span(
		&pieces->left, data, size < pieces->piece ? size : pieces->piece, err);
}

/* Until an error or the end; the status of the last call. */
static int read_all(struct pkt_reader *reader, struct buf *read, struct err *err)
{
	static const char *const words[] = { [PKT_FLUSH] = "flush ",
		[PKT_DELIM] = "delim ",
		[PKT_RESPONSE_END] = "response-end ",
		[PKT_END_OF_STREAM] = "end" };

	for (;;) {
		struct span payload = { "unset", 5 };
		int kind = pkt_read(reader, &payload, err);

		if (kind < 0)
			return -1;
		if (kind == PKT_DATA)
			assert_int_equal(
				buf_format(read, "<%.*s>", (int)payload.length, payload.data), 0);
		else
			assert_int_equal(payload.length, 0);
		if (kind != PKT_DATA)
			assert_int_equal(buf_add_string(read, words[kind]), 0);
		if (kind == PKT_END_OF_STREAM)
			return 0;
	}
}

static void read_stream(void **state)
{
	const struct stream *row = *state;
	static struct pkt_reader reader;

	for (size_t piece = 1; piece <= 8; piece++) {
		struct pieces pieces = { span_of(row->bytes), piece };
		auto_buf struct buf read = BUF(1000);
		struct err err = { 0 };
		int status;

		assert_int_equal(buf_add_string(&read, ""), 0);
		pkt_reader_init(&reader, next_piece, &pieces);
		status = read_all(&reader, &read, &err);
		assert_string_equal(read.data, row->read);
		assert_int_equal(status, row->message ? -1 : 0);
		assert_int_equal(err.kind, row->kind);
		assert_string_equal(err.message, row->message ? row->message : "");
	}
}

static void the_longest_packet(void **state)
{
	static char bytes[PKT_MAX];
	static struct pkt_reader reader;
	struct span left = { bytes, sizeof(bytes) }, payload;
	struct err err = { 0 };

	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	memcpy(bytes, "fff0", 4);
	pkt_reader_init(&reader, pkt_source_span, &left);
	assert_int_equal(pkt_read(&reader, &payload, &err), PKT_DATA);
	assert_int_equal(payload.length, PKT_PAYLOAD_MAX);
	assert_int_equal(pkt_read(&reader, &payload, &err), PKT_END_OF_STREAM);
}

static void raw_bytes_follow_packets(void **state)
{
	static struct pkt_reader reader;
	struct span left = span_of("0008NAK\nPACK..."), line;
	struct err err = { 0 };
	char raw[16] = "";

	(void)state;
	pkt_reader_init(&reader, pkt_source_span, &left);
	assert_int_equal(pkt_read_line(&reader, &line, &err), PKT_DATA);
	assert_span_is(line, "NAK");
	assert_int_equal(pkt_read_raw(&reader, raw, 4, &err), 4);
	assert_string_equal(raw, "PACK");
	assert_int_equal(pkt_read_raw(&reader, raw, sizeof(raw), &err), 3);
	assert_int_equal(pkt_read_raw(&reader, raw, sizeof(raw), &err), 0);
}

static void what_is_written(void **state)
{
	auto_buf struct buf out = BUF(100);
	struct err err = { 0 };

	(void)state;
	assert_int_equal(pkt_format(&out, &err, "want %d\n", 7), 0);
	assert_int_equal(pkt_add_delim(&out, &err), 0);
	assert_int_equal(pkt_add(&out, SPAN_LITERAL("a\0b"), &err), 0);
	assert_int_equal(pkt_add_flush(&out, &err), 0);
	assert_int_equal(out.length, 26);
	assert_memory_equal(out.data, "000bwant 7\n00010007a\0b0000", 26);
}

static void a_full_request_is_left_as_it_was(void **state)
{
	auto_buf struct buf out = BUF(10);
	struct err err = { 0 };

	(void)state;
	assert_int_equal(pkt_format(&out, &err, "ab"), 0);
	assert_failed(pkt_format(&out, &err, "c"), &err, ERR_INTERNAL,
		"a request to the git server became too long");
	assert_string_equal(out.data, "0006ab");
}

int main(void)
{
	UNIT_ROWS(read_stream, streams);
	UNIT_TEST(the_longest_packet);
	UNIT_TEST(raw_bytes_follow_packets);
	UNIT_TEST(what_is_written);
	UNIT_TEST(a_full_request_is_left_as_it_was);
	return unit_run();
}
