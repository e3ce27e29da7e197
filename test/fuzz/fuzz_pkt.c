/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_pkt: whatever a git server may answer: lists of refs, fetches with their packs, push reports.
 *
 * The first byte chooses the question, the second how the answer is cut into pieces; the rest is the
 * answer.
 */
#include <string.h>

#include "git/pack/memory.h"
#include "git/wire/fetch.h"
#include "git/wire/push.h"
#include "git/wire/refs.h"

#define OID_A "0123456789012345678901234567890123456789"

/* The answer, in pieces of at most `piece` bytes. */
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

static void ask_refs(struct pkt_reader *reader)
{
	auto_refs struct refs refs = { 0 };
	struct err err = { 0 };

	if (refs_read(&refs, reader, &err) < 0 && !*err.message)
		abort();
}

static void ask_advertisement(struct pkt_reader *reader)
{
	auto_refs struct refs refs = { 0 };
	struct capabilities capabilities = { 0 };
	struct err err = { 0 };

	if (refs_read_advertisement(&refs, &capabilities, "git-upload-pack", reader, &err) == 0)
		(void)!capabilities_check(&capabilities, &err);
	capabilities_release(&capabilities);
}

static void fetch(struct pkt_reader *reader, int version, const char *words, bool done, int depth)
{
	auto_pack_memory struct pack_memory *memory = pack_memory_new();
	auto_fetch_result struct fetch_result result = { 0 };
	struct oid id = { OID_A };
	struct oids ids = { &id, 1 };
	struct capabilities capabilities = { .version = version };
	const struct fetch_request request = {
		.wants = &ids, .haves = &ids, .done = done, .depth = depth
	};
	struct pack_sink sink = pack_memory_sink(memory);
	struct err err = { 0 };
	struct commit commit;

	capabilities_add_words(&capabilities, span_of(words));
	if (fetch_read(&result, &capabilities, &request, reader, &sink, &err) == 0 && result.pack &&
		pack_memory_finish(memory, &err) == 0)
		(void)pack_memory_commit(memory, &id, &commit);
	capabilities_release(&capabilities);
}

static void push(struct pkt_reader *reader, const char *words)
{
	struct push_request request = { 0 };
	struct capabilities capabilities = { 0 };
	struct oid id = { OID_A };
	struct err err = { 0 };

	push_add(&request, "refs/heads/main", NULL, &id);
	capabilities_add_words(&capabilities, span_of(words));
	(void)!push_read(&capabilities, &request, reader, &err);
	capabilities_release(&capabilities);
	push_release(&request);
}

static void ask(unsigned char question, struct pkt_reader *reader)
{
	switch (question % 9) {
	case 0:
		ask_refs(reader);
		return;
	case 1:
		ask_advertisement(reader);
		return;
	case 2:
		fetch(reader, 2, "", false, 0);
		return;
	case 3:
		fetch(reader, 2, "", true, 0);
		return;
	case 4:
		fetch(reader, 0, "no-done side-band-64k", false, 0);
		return;
	case 5:
		fetch(reader, 0, "", true, 1);
		return;
	case 6:
		push(reader, "side-band-64k");
		return;
	case 7:
		push(reader, "");
		return;
	default:
		fetch(reader, 2, "fetch=sideband-all", true, 0);
	}
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static struct pkt_reader reader;
	struct pieces pieces = { .piece = 1 };

	if (size < 2)
		return 0;
	pieces.left = (struct span){ (const char *)data + 2, size - 2 };
	pieces.piece += data[1];
	pkt_reader_init(&reader, next_piece, &pieces);
	ask(data[0], &reader);
	return 0;
}
