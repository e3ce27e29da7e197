/* SPDX-License-Identifier: Apache-2.0 */
/* fetch_v0: fetch as versions 0 and 1 of the protocol do it. */
#include "base/limits.h"
#include "git/wire/agent.h"
#include "git/wire/fetch_v0.h"
#include "git/wire/words.h"

/* Asked for where the server has it; the order is of no importance. */
static const char *const always[] = { "multi_ack_detailed", "no-done", "side-band-64k",
	"ofs-delta" };

static int add_word(struct buf *words, const char *word)
{
	return buf_format(words, " %s", word);
}

/* What follows the id on the first want line. */
static int choose_words(struct buf *words, const struct capabilities *capabilities,
	const struct fetch_request *request)
{
	int room = 0;

	for (size_t i = 0; i < COUNT(always); i++)
		if (capabilities_have(capabilities, always[i]))
			room |= add_word(words, always[i]);
	if (!request->progress && capabilities_have(capabilities, "no-progress"))
		room |= add_word(words, "no-progress");
	if (request->include_tags && capabilities_have(capabilities, "include-tag"))
		room |= add_word(words, "include-tag");
	if (fetch_filter(capabilities, request))
		room |= add_word(words, "filter");
	if ((request->depth || (request->shallow && request->shallow->count)) &&
		capabilities_have(capabilities, "shallow"))
		room |= add_word(words, "shallow");
	if (capabilities_have(capabilities, "agent"))
		room |= buf_format(words, " agent=%s", agent_name());
	return room;
}

int fetch_v0_write(struct buf *out, const struct capabilities *capabilities,
	const struct fetch_request *request, struct err *err)
{
	auto_buf struct buf words = BUF(4 * KIB);

	if (choose_words(&words, capabilities, request) < 0)
		return err_set(err, ERR_INTERNAL, "the capabilities to ask for are too long");
	for (size_t i = 0; i < request->wants->count; i++)
		if (pkt_format(out, err, "want %s%s\n", request->wants->items[i].hex,
			    i == 0 && words.data ? words.data : "") < 0)
			return -1;
	for (size_t i = 0; request->shallow && i < request->shallow->count; i++)
		if (pkt_format(out, err, "shallow %s\n", request->shallow->items[i].hex) < 0)
			return -1;
	if (request->depth && pkt_format(out, err, "deepen %d\n", request->depth) < 0)
		return -1;
	if (fetch_filter(capabilities, request) &&
		pkt_format(out, err, "filter %s\n", fetch_filter(capabilities, request)) < 0)
		return -1;
	if (pkt_add_flush(out, err) < 0)
		return -1;
	for (size_t i = 0; request->haves && i < request->haves->count; i++)
		if (pkt_format(out, err, "have %s\n", request->haves->items[i].hex) < 0)
			return -1;
	return request->done ? pkt_format(out, err, "done\n") : pkt_add_flush(out, err);
}

static int read_shallow(struct fetch_result *result, struct pkt_reader *reader, struct err *err)
{
	struct span line;
	int more;

	while ((more = pkt_read_item(reader, &line, "shallow commits", err)) > 0)
		if (fetch_take_shallow(result, line, err) < 0)
			return -1;
	return more;
}

static int take_raw_pack(struct fetch_result *result, struct pkt_reader *reader,
	const struct pack_sink *sink, struct err *err)
{
	for (;;) {
		char data[16 * KIB];
		long count = pkt_read_raw(reader, data, sizeof(data), err);

		if (count < 0)
			return -1;
		if (count == 0)
			break;
		if (pack_sink_take(sink, (struct span){ data, (size_t)count }, err) < 0)
			return -1;
	}
	result->pack = true;
	return 0;
}

static int take_pack(struct fetch_result *result, const struct capabilities *capabilities,
	struct pkt_reader *reader, const struct pack_sink *sink, struct err *err)
{
	auto_sideband struct sideband sideband;

	sideband_init(&sideband, reader, false);
	if (capabilities_have(capabilities, "side-band-64k"))
		return fetch_take_pack(result, &sideband, sink, err);
	return take_raw_pack(result, reader, sink, err);
}

enum answer_line { LINE_MORE, LINE_LAST };

/* "NAK" or "ACK <oid> [common | ready | continue]"; a bare ACK is the last one. */
static int take_answer(struct fetch_result *result, struct span line, struct err *err)
{
	struct span whole = line;
	struct oid oid;

	if (span_take(&line, "ACK ") && oid_take(&line, &oid)) {
		if (fetch_acknowledge(result, &oid, err) < 0)
			return -1;
		if (span_is(line, " ready"))
			result->ready = true;
		return line.length ? LINE_MORE : LINE_LAST;
	}
	if (!span_is(whole, "NAK")) {
		auto_free char *shown = words_of(whole);

		return err_set(err, ERR_REMOTE,
			"the answer to a fetch holds a line that is not one: '%s'", shown);
	}
	return LINE_MORE;
}

int fetch_v0_read(struct fetch_result *result, const struct capabilities *capabilities,
	const struct fetch_request *request, struct pkt_reader *reader,
	const struct pack_sink *sink, struct err *err)
{
	bool no_done = capabilities_have(capabilities, "no-done");

	for (size_t i = 0; i < capabilities->shallow.count; i++)
		oids_add(&result->shallow, &capabilities->shallow.items[i]);
	if (request->depth && read_shallow(result, reader, err) < 0)
		return -1;
	for (;;) {
		struct span line;
		int kind = pkt_read_line(reader, &line, err);
		int last;

		if (kind < 0)
			return -1;
		if (kind != PKT_DATA && !request->done && !capabilities->stateful)
			return 0; /* the negotiation's end, without a pack */
		if (kind != PKT_DATA)
			return err_set(err, ERR_NETWORK, "the answer to a fetch breaks off");
		last = take_answer(result, line, err);
		if (last < 0)
			return -1;
		if (capabilities->stateful && !request->done &&
			(last == LINE_LAST || span_is(line, "NAK")))
			return 0; /* more haves, or that we are done, would be heard now */
		if (request->done ? last == LINE_LAST || span_is(line, "NAK")
				  : last == LINE_LAST && no_done && result->ready)
			return take_pack(result, capabilities, reader, sink, err);
	}
}
