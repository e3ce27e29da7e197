/* SPDX-License-Identifier: Apache-2.0 */
/* push: ask a server to move refs, and read what it says to each. */
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "git/wire/agent.h"
#include "git/wire/push.h"
#include "git/wire/sideband.h"
#include "git/wire/words.h"

void push_add(struct push_request *request, const char *name, const struct oid *before,
	const struct oid *after)
{
	struct push_command *command;

	/* doubled at each power of two: a put may push many thousand tags */
	if ((request->count & (request->count - 1)) == 0)
		request->commands = mem_resize(request->commands,
			request->count ? 2 * request->count : 1, sizeof(*request->commands));
	command = &request->commands[request->count++];
	*command = (struct push_command){ .name = mem_copy_string(name), .after = *after };
	if (before)
		command->before = *before;
}

void push_release(struct push_request *request)
{
	for (size_t i = 0; i < request->count; i++)
		free(request->commands[i].name);
	free(request->commands);
	*request = (struct push_request){ 0 };
}

static int write_command(
	struct buf *out, const struct push_command *command, struct span words, struct err *err)
{
	auto_buf struct buf line = BUF(PKT_PAYLOAD_MAX);

	if (buf_format(&line, "%s %s %s",
		    oid_is_set(&command->before) ? command->before.hex : OID_ZERO,
		    command->after.hex, command->name) < 0 ||
		(words.length && (buf_add(&line, "", 1) < 0 || buf_add_span(&line, words) < 0)))
		return err_set(err, ERR_INTERNAL, "the name of a ref is too long to be pushed");
	return pkt_add(out, buf_span(&line), err);
}

/* What was asked for is never left out in silence. */
static int check_wishes(const struct capabilities *capabilities, const struct push_request *request,
	struct err *err)
{
	if (request->atomic && !capabilities_have(capabilities, "atomic"))
		return err_set(err, ERR_REMOTE,
			"the server cannot move several refs at once: leave out params.atomic");
	if (request->options && request->options->count &&
		!capabilities_have(capabilities, "push-options"))
		return err_set(err, ERR_REMOTE,
			"the server takes no push options: leave out params.push_options, or set "
			"receive.advertisePushOptions there");
	return 0;
}

static int write_options(struct buf *out, const struct strings *options, struct err *err)
{
	for (size_t i = 0; i < options->count; i++)
		if (pkt_add(out, span_of(options->items[i]), err) < 0)
			return -1;
	return pkt_add_flush(out, err);
}

int push_write(struct buf *out, const struct capabilities *capabilities,
	const struct push_request *request, struct err *err)
{
	static const char *const wanted[] = { "report-status", "side-band-64k", "ofs-delta" };
	auto_buf struct buf words = BUF(KIB);
	bool with_options = request->options && request->options->count;
	int room = 0;

	if (!capabilities_have(capabilities, "report-status"))
		return err_set(err, ERR_REMOTE,
			"the server does not report what becomes of a push, so nothing is pushed");
	if (check_wishes(capabilities, request, err) < 0)
		return -1;
	for (size_t i = 0; i < COUNT(wanted); i++)
		if (capabilities_have(capabilities, wanted[i]))
			room |= buf_format(&words, " %s", wanted[i]);
	if (request->atomic)
		room |= buf_add_string(&words, " atomic");
	if (with_options)
		room |= buf_add_string(&words, " push-options");
	if (capabilities_have(capabilities, "agent"))
		room |= buf_format(&words, " agent=%s", agent_name());
	if (room < 0)
		return err_set(err, ERR_INTERNAL, "the capabilities to ask for are too long");
	for (size_t i = 0; i < request->count; i++)
		if (write_command(out, &request->commands[i], i ? span_of("") : buf_span(&words),
			    err) < 0)
			return -1;
	if (pkt_add_flush(out, err) < 0)
		return -1;
	return with_options ? write_options(out, request->options, err) : 0;
}

/* Words with which servers say that somebody else was faster. */
static enum err_kind kind_of(struct span why)
{
	static const char *const race[] = { "fetch first", "non-fast-forward", "stale info",
		"failed to update ref", "cannot lock ref", "failed to lock" };

	for (size_t i = 0; i < COUNT(race); i++)
		if (span_starts(why, race[i]))
			return ERR_CONFLICT;
	return ERR_REMOTE;
}

static int rejected(struct span line, struct err *err)
{
	auto_free char *name = NULL;
	auto_free char *why = NULL;
	struct span ref;

	if (!span_take_until(&line, " ", &ref)) {
		ref = line;
		line.length = 0;
	}
	(void)span_take(&line, " ");
	name = words_of(ref);
	why = words_of(line);
	return err_set(
		err, kind_of(line), "'%s' was rejected: %s", name, *why ? why : "no reason given");
}

static int not_unpacked(struct span why, struct err *err)
{
	auto_free char *shown = words_of(why);

	return err_set(err, ERR_REMOTE, "the server could not unpack what was pushed: %s", shown);
}

/* "unpack ok", then "ok <ref>" or "ng <ref> <why>" for each command, then a flush. */
static int read_report(
	const struct push_request *request, struct pkt_reader *reader, struct err *err)
{
	size_t accepted = 0;
	struct span line;
	int kind = pkt_read_line(reader, &line, err);

	if (kind < 0)
		return -1;
	if (kind != PKT_DATA || !span_take(&line, "unpack "))
		return err_set(
			err, ERR_REMOTE, "the server did not report what became of the push");
	if (!span_is(line, "ok"))
		return not_unpacked(line, err);
	for (;;) {
		kind = pkt_read_line(reader, &line, err);
		if (kind < 0)
			return -1;
		if (kind != PKT_DATA)
			break;
		if (span_take(&line, "ng "))
			return rejected(line, err);
		accepted += span_starts(line, "ok ");
	}
	if (accepted < request->count)
		return err_set(err, ERR_REMOTE, "the server reported on %zu of %zu pushed refs",
			accepted, request->count);
	return 0;
}

int push_read(const struct capabilities *capabilities, const struct push_request *request,
	struct pkt_reader *reader, struct err *err)
{
	auto_sideband struct sideband sideband;
	auto_buf struct buf report = BUF(LIMIT_PUSH_REPORT);
	struct pkt_reader inner;
	struct span left;

	sideband_init(&sideband, reader, false);
	if (!capabilities_have(capabilities, "side-band-64k"))
		return read_report(request, reader, err);
	for (;;) {
		struct span data;
		int more = sideband_read(&sideband, &data, err);

		if (more < 0)
			return -1;
		if (more == 0)
			break;
		if (buf_add_span(&report, data) < 0)
			return err_set(
				err, ERR_REMOTE, "the server's report on the push is too long");
	}
	left = buf_span(&report);
	pkt_reader_init(&inner, pkt_source_span, &left);
	return read_report(request, &inner, err);
}
