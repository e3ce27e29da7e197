/* SPDX-License-Identifier: Apache-2.0 */
/* fetch: ask for objects by protocol v2, and what versions share. */
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "git/wire/agent.h"
#include "git/wire/fetch.h"
#include "git/wire/fetch_v0.h"
#include "git/wire/sideband.h"
#include "git/wire/words.h"

static int write_ids(struct buf *out, const char *word, const struct oids *oids, struct err *err)
{
	for (size_t i = 0; oids && i < oids->count; i++)
		if (pkt_format(out, err, "%s %s\n", word, oids->items[i].hex) < 0)
			return -1;
	return 0;
}

static int write_option(struct buf *out, bool wanted, const char *option, struct err *err)
{
	return wanted ? pkt_format(out, err, "%s\n", option) : 0;
}

static bool can_filter(const struct capabilities *capabilities)
{
	if (capabilities->version == 2)
		return capabilities_offer(capabilities, "fetch", "filter");
	return capabilities_have(capabilities, "filter");
}

const char *fetch_filter(
	const struct capabilities *capabilities, const struct fetch_request *request)
{
	if (!can_filter(capabilities))
		return NULL;
	if (request->without_trees)
		return "tree:0";
	if (request->without_blobs &&
		(capabilities->version == 2 ||
			capabilities_have(capabilities, "allow-any-sha1-in-want") ||
			capabilities_have(capabilities, "allow-reachable-sha1-in-want")))
		return "blob:none";
	return NULL;
}

static int write_filter(struct buf *out, const char *filter, struct err *err)
{
	return filter ? pkt_format(out, err, "filter %s\n", filter) : 0;
}

bool fetch_gives_trees(const struct capabilities *capabilities)
{
	return can_filter(capabilities) &&
		(capabilities->version == 2 ||
			capabilities_have(capabilities, "allow-any-sha1-in-want"));
}

bool fetch_takes_names(const struct capabilities *capabilities)
{
	return capabilities->version == 2 &&
		capabilities_offer(capabilities, "fetch", "ref-in-want");
}

/* The server may give up, or keep the connection alive, before it sends a pack. */
static bool answers_in_bands(const struct capabilities *capabilities)
{
	return capabilities_offer(capabilities, "fetch", "sideband-all");
}

static int write_v2(struct buf *out, const struct capabilities *capabilities,
	const struct fetch_request *request, struct err *err)
{
	if (pkt_format(out, err, "command=fetch") < 0 || agent_write(out, capabilities, err) < 0 ||
		pkt_add_delim(out, err) < 0 || write_option(out, true, "ofs-delta", err) < 0 ||
		write_option(out, answers_in_bands(capabilities), "sideband-all", err) < 0 ||
		write_option(out, !request->progress, "no-progress", err) < 0 ||
		write_option(out, request->include_tags, "include-tag", err) < 0 ||
		write_filter(out, fetch_filter(capabilities, request), err) < 0 ||
		write_ids(out, "shallow", request->shallow, err) < 0)
		return -1;
	if (request->depth && pkt_format(out, err, "deepen %d\n", request->depth) < 0)
		return -1;
	if (request->since && capabilities_offer(capabilities, "fetch", "shallow") &&
		pkt_format(out, err, "deepen-since %lld\n", (long long)request->since) < 0)
		return -1;
	if (request->want_ref && pkt_format(out, err, "want-ref %s\n", request->want_ref) < 0)
		return -1;
	if (write_ids(out, "want", request->wants, err) < 0 ||
		write_ids(out, "have", request->haves, err) < 0 ||
		write_option(out, request->done, "done", err) < 0)
		return -1;
	return pkt_add_flush(out, err);
}

int fetch_write(struct buf *out, const struct capabilities *capabilities,
	const struct fetch_request *request, struct err *err)
{
	if (request->without_trees && !can_filter(capabilities))
		log_debug("git: the server does not filter, so trees and blobs come as well");
	if (capabilities->version == 2)
		return write_v2(out, capabilities, request, err);
	return fetch_v0_write(out, capabilities, request, err);
}

static int bad_answer(struct span line, struct err *err)
{
	auto_free char *shown = words_of(line);

	return err_set(
		err, ERR_REMOTE, "the answer to a fetch holds a line that is not one: '%s'", shown);
}

int fetch_acknowledge(struct fetch_result *result, const struct oid *oid, struct err *err)
{
	if (!oid_map_add(&result->known, oid))
		return 0;
	if (result->known.count > result->offered)
		return err_set(err, ERR_REMOTE,
			"the server acknowledges more commits than it was told of, which are %zu",
			result->offered);
	oids_add(&result->acknowledged, oid);
	return 0;
}

static int take_acknowledgment(struct fetch_result *result, struct span line, struct err *err)
{
	struct span whole = line;
	struct oid oid;

	if (span_is(line, "NAK"))
		return 0;
	if (span_is(line, "ready")) {
		result->ready = true;
		return 0;
	}
	if (!span_take(&line, "ACK ") || !oid_take(&line, &oid))
		return bad_answer(whole, err);
	return fetch_acknowledge(result, &oid, err);
}

int fetch_take_shallow(struct fetch_result *result, struct span line, struct err *err)
{
	struct span whole = line;
	struct oid oid;

	if (result->shallow.count + result->unshallow.count >= LIMIT_SHALLOW)
		return err_set(err, ERR_REMOTE,
			"the server cuts the history at more than %d commits", LIMIT_SHALLOW);
	if (span_take(&line, "shallow ") && oid_parse(line, &oid)) {
		oids_add(&result->shallow, &oid);
		return 0;
	}
	if (!span_take(&line, "unshallow ") || !oid_parse(line, &oid))
		return bad_answer(whole, err);
	oids_add(&result->unshallow, &oid);
	return 0;
}

/* "<oid> SP <name>", of the one that was wanted so. */
static int take_wanted(struct fetch_result *result, struct span line, struct err *err)
{
	struct span whole = line;
	struct oid oid;

	if (result->wanted.count || !oid_take(&line, &oid) || !span_take(&line, " ") ||
		!line.length || memchr(line.data, '\0', line.length))
		return bad_answer(whole, err);
	refs_add(&result->wanted, line, &oid, NULL, span_of(""));
	return 0;
}

static int take_nothing(struct fetch_result *result, struct span line, struct err *err)
{
	(void)result;
	(void)line;
	(void)err;
	return 0;
}

int fetch_take_pack(struct fetch_result *result, struct sideband *sideband,
	const struct pack_sink *sink, struct err *err)
{
	for (;;) {
		struct span data;
		int more = sideband_read(sideband, &data, err);

		if (more < 0)
			return -1;
		if (more == 0)
			break;
		if (pack_sink_take(sink, data, err) < 0)
			return -1;
	}
	result->pack = true;
	return 0;
}

typedef int take_line(struct fetch_result *, struct span, struct err *);

/* The lines of one section. Returns the packet that ends it: PKT_DELIM or PKT_FLUSH. */
static int read_section(
	struct fetch_result *result, struct sideband *answer, take_line *take, struct err *err)
{
	for (;;) {
		struct span line;
		int kind = sideband_read_line(answer, &line, err);

		if (kind == PKT_DELIM || kind == PKT_FLUSH || kind < 0)
			return kind;
		if (kind != PKT_DATA)
			return err_set(err, ERR_NETWORK, "the answer to a fetch breaks off");
		if (take(result, line, err) < 0)
			return -1;
	}
}

static take_line *section_of(struct span heading)
{
	if (span_is(heading, "acknowledgments"))
		return take_acknowledgment;
	if (span_is(heading, "shallow-info"))
		return fetch_take_shallow;
	if (span_is(heading, "wanted-refs"))
		return take_wanted;
	if (span_is(heading, "packfile-uris"))
		return take_nothing;
	return NULL;
}

static int read_v2(struct fetch_result *result, struct sideband *answer,
	const struct pack_sink *sink, struct err *err)
{
	for (;;) {
		struct span line;
		take_line *take;
		int kind = sideband_read_line(answer, &line, err);

		if (kind < 0)
			return -1;
		if (kind == PKT_END_OF_STREAM)
			return err_set(err, ERR_REMOTE, "the server's answer to a fetch is empty");
		if (kind != PKT_DATA)
			return bad_answer(span_of("(an end where a section begins)"), err);
		if (span_is(line, "packfile"))
			return fetch_take_pack(result, answer, sink, err);
		take = section_of(line);
		if (!take)
			return bad_answer(line, err);
		kind = read_section(result, answer, take, err);
		if (kind < 0)
			return -1;
		if (kind == PKT_FLUSH)
			return 0;
	}
}

int fetch_read(struct fetch_result *result, const struct capabilities *capabilities,
	const struct fetch_request *request, struct pkt_reader *reader,
	const struct pack_sink *sink, struct err *err)
{
	auto_sideband struct sideband answer;

	sideband_init(&answer, reader, answers_in_bands(capabilities));
	result->offered += request->haves ? request->haves->count : 0;
	result->filtered = request->without_blobs && fetch_filter(capabilities, request);
	if (capabilities->version == 2)
		return read_v2(result, &answer, sink, err);
	return fetch_v0_read(result, capabilities, request, reader, sink, err);
}

void fetch_result_release(struct fetch_result *result)
{
	refs_release(&result->wanted);
	oids_release(&result->acknowledged);
	oids_release(&result->shallow);
	oids_release(&result->unshallow);
	oid_map_release(&result->known);
	*result = (struct fetch_result){ 0 };
}
