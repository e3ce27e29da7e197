/* SPDX-License-Identifier: Apache-2.0 */
/* refs: what servers list, in version 2 and in 0 and 1. */
#include "unit.h"

#include "base/limits.h"
#include "git/wire/refs.h"

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

/* Payloads, each ended by '|', become packets; '~' is a flush. */
static void frame(struct buf *out, const char *text)
{
	struct span left = span_of(text), payload;
	struct err err = { 0 };

	while (left.length) {
		if (span_take(&left, "~")) {
			assert_int_equal(pkt_add_flush(out, &err), 0);
			continue;
		}
		assert_true(span_take_until(&left, "|", &payload));
		assert_true(span_take(&left, "|"));
		assert_int_equal(pkt_add(out, payload, &err), 0);
	}
}

/* "name=oid" and what more is known of each. */
static void show(struct buf *out, const struct refs *refs)
{
	assert_int_equal(buf_add_string(out, ""), 0);
	for (size_t i = 0; i < refs->count; i++) {
		const struct ref *ref = &refs->items[i];

		assert_int_equal(buf_format(out, "%s=%.1s", ref->name, ref->oid.hex), 0);
		if (*ref->peeled.hex)
			assert_int_equal(buf_format(out, "^%.1s", ref->peeled.hex), 0);
		if (ref->target)
			assert_int_equal(buf_format(out, "->%s", ref->target), 0);
		assert_int_equal(buf_add_string(out, ";"), 0);
	}
}

struct answer_row {
	const char *name;
	const char *packets;
	const char *refs;
	const char *message; /* NULL: no error */
	int version;
};

static const struct answer_row lists[] = {
	{ "nothing", "~", "", NULL, 2 },
	{ "a branch", A " refs/heads/main\n|~", "refs/heads/main=a;", NULL, 2 },
	{ "a symbolic ref", A " HEAD symref-target:refs/heads/main|~", "HEAD=a->refs/heads/main;",
		NULL, 2 },
	{ "a tag", A " refs/tags/v1 peeled:" B "\n|~", "refs/tags/v1=a^b;", NULL, 2 },
	{ "both and one more", A " x symref-target:y peeled:" B " new:z|~", "x=a^b->y;", NULL, 2 },
	{ "unborn", "unborn HEAD symref-target:refs/heads/main|~", "HEAD=->refs/heads/main;", NULL,
		2 },
	{ "no end", A " refs/heads/main\n|", "refs/heads/main=a;",
		"the server's list of refs has no end", 2 },
	{ "no id", "refs/heads/main\n|~", "",
		"the server's list of refs holds a line that is not one: 'refs/heads/main'", 2 },
	{ "a short id", "abc refs/heads/main\n|~", "",
		"the server's list of refs holds a line that is not one: 'abc refs/heads/main'",
		2 },
	{ "no name", A " |~", "", "the server's list of refs holds a line that is not one: '" A "'",
		2 },
	{ "a bad peeled id", A " t peeled:1|~", "",
		"the server's list of refs holds a line that is not one: '" A " t peeled:1'", 2 },
	{ "an error", "ERR access denied|", "", "the server says: access denied", 2 },
};

static void read_list(void **state)
{
	const struct answer_row *row = *state;
	auto_refs struct refs refs = { 0 };
	auto_buf struct buf bytes = BUF(10000), shown = BUF(10000);
	static struct pkt_reader reader;
	struct span left;
	struct err err = { 0 };
	int status;

	frame(&bytes, row->packets);
	left = buf_span(&bytes);
	pkt_reader_init(&reader, pkt_source_span, &left);
	status = refs_read(&refs, &reader, &err);
	show(&shown, &refs);
	assert_string_equal(shown.data, row->refs);
	assert_string_equal(err.message, row->message ? row->message : "");
	assert_int_equal(status, row->message ? -1 : 0);
}

#define SERVICE "# service=git-upload-pack\n|~"

static const struct answer_row advertisements[] = {
	{ "version 2", SERVICE "version 2\n|fetch=filter|~", "", NULL, 2 },
	{ "version 2 without its heading", "version 2\n|fetch=filter|~", "", NULL, 2 },
	{ "version 0", SERVICE A " HEAD@ofs-delta symref=HEAD:refs/heads/x|" A " refs/heads/x\n|~",
		"HEAD=a->refs/heads/x;refs/heads/x=a;", NULL, 0 },
	{ "version 1", SERVICE "version 1\n|" A " HEAD@ofs-delta|~", "HEAD=a;", NULL, 1 },
	{ "a tag", A " refs/tags/v1@x|" B " refs/tags/v1^{}|~", "refs/tags/v1=a^b;", NULL, 0 },
	{ "a tag's commit without the tag", A " x@y|" B " refs/tags/v1^{}|~", "x=a;", NULL, 0 },
	{ "what the server has besides", A " .have@report-status|~", ".have=a;", NULL, 0 },
	{ "a server that is shallow", A " x@y|shallow " B "|~", "x=a;", NULL, 0 },
	{ "an empty repository", SERVICE OID_ZERO " capabilities^{}@report-status|~", "", NULL, 0 },
	{ "an empty repository and no word", SERVICE "~", "", NULL, 0 },
	{ "a list that is cut off", SERVICE A " HEAD@ofs-delta\n|", "HEAD=a;",
		"the server's list of refs has no end", 0 },
	{ "nothing at all", "", "", "the server's list of refs is empty", 0 },
	{ "ids of SHA-256", SERVICE A "bbbbbbbbbbbbbbbbbbbbbbbb HEAD@x object-format=sha256\n|~",
		"",
		"the repository's object format is 'sha256': only 'sha1' repositories can be used",
		0 },
	{ "not a list", SERVICE "hello|~", "",
		"the server's list of refs holds a line that is not one: 'hello'", 0 },
};

/* '@' stands for the NUL before the capabilities. */
static void read_advertisement(void **state)
{
	const struct answer_row *row = *state;
	auto_refs struct refs refs = { 0 };
	struct capabilities capabilities = { 0 };
	auto_buf struct buf bytes = BUF(10000), shown = BUF(10000);
	static struct pkt_reader reader;
	struct span left;
	struct err err = { 0 };
	int status;

	frame(&bytes, row->packets);
	for (size_t i = 0; i < bytes.length; i++)
		if (bytes.data[i] == '@')
			bytes.data[i] = '\0';
	left = buf_span(&bytes);
	pkt_reader_init(&reader, pkt_source_span, &left);
	status = refs_read_advertisement(&refs, &capabilities, "git-upload-pack", &reader, &err);
	show(&shown, &refs);
	assert_string_equal(shown.data, row->refs);
	assert_string_equal(err.message, row->message ? row->message : "");
	assert_int_equal(status, row->message ? -1 : 0);
	assert_int_equal(capabilities.version, row->version);
	capabilities_release(&capabilities);
}

static void capabilities_are_words_and_values(void **state)
{
	struct capabilities capabilities = { 0 };
	struct err err = { 0 };

	(void)state;
	capabilities_add_words(
		&capabilities, span_of("  multi_ack fetch=shallow filter= symref=a:b"));
	capabilities_add_words(&capabilities, span_of("symref=c:d object-format=sha1"));
	assert_true(capabilities_have(&capabilities, "multi_ack"));
	assert_true(capabilities_have(&capabilities, "fetch"));
	assert_false(capabilities_have(&capabilities, "multi_ac"));
	assert_false(capabilities_have(&capabilities, "multi_ack_detailed"));
	assert_true(capabilities_offer(&capabilities, "fetch", "shallow"));
	assert_false(capabilities_offer(&capabilities, "fetch", "shal"));
	assert_span_is(capabilities_value(&capabilities, "symref", 1), "c:d");
	assert_span_is(capabilities_value(&capabilities, "symref", 2), "");
	assert_int_equal(capabilities_check(&capabilities, &err), 0);
	capabilities_release(&capabilities);
}

static void sha256_repositories_are_refused_by_name(void **state)
{
	struct capabilities capabilities = { 0 };
	struct err err = { 0 };

	(void)state;
	capabilities_add_words(&capabilities, span_of("object-format=sha256"));
	assert_failed(capabilities_check(&capabilities, &err), &err, ERR_REMOTE,
		"the repository's object format is 'sha256': only 'sha1' repositories can be used");
	capabilities_release(&capabilities);
}

/* A list without an end: a packet as large as they come, again and again. */
static long endless(void *context, char *data, size_t size, struct err *err)
{
	size_t *sent = context;
	static char packet[PKT_MAX];
	size_t at = *sent % PKT_MAX, count = PKT_MAX - at < size ? PKT_MAX - at : size;

	(void)err;
	if (!*packet) {
		memset(packet, 'x', sizeof(packet));
		memcpy(packet, "fff0" A " refs/x more:", 4 + strlen(A " refs/x more:"));
	}
	memcpy(data, packet + at, count);
	*sent += count;
	return (long)count;
}

static void an_endless_list_is_refused(void **state)
{
	static struct pkt_reader reader;
	auto_refs struct refs refs = { 0 };
	struct err err = { 0 };
	size_t sent = 0;

	(void)state;
	pkt_reader_init(&reader, endless, &sent);
	assert_failed(refs_read(&refs, &reader, &err), &err, ERR_REMOTE,
		"the server's list of refs is larger than 268435456 bytes");
	assert_in_range(sent, LIMIT_REFS, LIMIT_REFS + LIMIT_REFS / 100);
}

static void the_question(void **state)
{
	static const char *const prefixes[] = { "refs/heads/main" };
	const struct refs_query query = { prefixes, 1, .peel = true };
	struct capabilities capabilities = { .version = 2 };
	auto_buf struct buf out = BUF(1000);
	struct err err = { 0 };

	(void)state;
	strings_add(&capabilities.items, span_of("ls-refs=unborn"));
	strings_add(&capabilities.items, span_of("object-format=sha1"));
	assert_int_equal(refs_write_request(&out, &capabilities, &query, &err), 0);
	assert_string_equal(out.data,
		"0014command=ls-refs\n0017object-format=sha1\n0001000csymrefs\n0009peel\n000bunborn\n"
		"001fref-prefix refs/heads/main\n0000");
	capabilities_release(&capabilities);
}

int main(void)
{
	UNIT_ROWS(read_list, lists);
	UNIT_ROWS(read_advertisement, advertisements);
	UNIT_TEST(capabilities_are_words_and_values);
	UNIT_TEST(sha256_repositories_are_refused_by_name);
	UNIT_TEST(an_endless_list_is_refused);
	UNIT_TEST(the_question);
	return unit_run();
}
