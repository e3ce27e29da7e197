/* SPDX-License-Identifier: Apache-2.0 */
/* ssh_hosts: the text of a known_hosts file. */
#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/mem.h"
#include "net/ssh_hosts.h"
#include "net/ssh_pattern.h"
#include "net/ssh_wire.h"

enum line_kind { LINE_EMPTY, LINE_KEY, LINE_REVOKED, LINE_AUTHORITY, LINE_BAD };

/* One line; the parts are borrowed from the text. */
struct line {
	enum line_kind kind;
	struct span hosts; /* a list of patterns, or one hashed name */
	struct span type;
	struct span key; /* base64 */
};

/* Take the word in front, and the blanks behind it. */
static struct span take_word(struct span *from)
{
	struct span word = *from;

	if (span_take_until(from, " \t", &word))
		*from = span_trim(*from);
	else
		*from = (struct span){ word.data + word.length, 0 };
	return word;
}

/* Append the blob that the word of a line stands for; it must say the same type as the line. */
static bool decode_key(const struct line *line, struct buf *key)
{
	return base64_decode(line->key, key) && line->type.length &&
		span_equal(ssh_key_type(buf_span(key)), line->type);
}

static struct line parse_line(struct span text)
{
	auto_buf struct buf key = BUF(LIMIT_SSH_KEY);
	struct line line = { .kind = LINE_KEY };

	text = span_trim(text);
	if (!text.length || text.data[0] == '#') {
		line.kind = LINE_EMPTY;
		return line;
	}
	if (text.data[0] == '@') {
		struct span mark = take_word(&text);

		line.kind = span_is(mark, "@revoked")      ? LINE_REVOKED
			: span_is(mark, "@cert-authority") ? LINE_AUTHORITY
							   : LINE_BAD;
	}
	line.hosts = take_word(&text);
	line.type = take_word(&text);
	line.key = take_word(&text);
	if (!decode_key(&line, &key))
		line.kind = LINE_BAD;
	return line;
}

int ssh_hosts_check(struct span text, struct err *err)
{
	struct span line;

	for (unsigned number = 1; span_take_line(&text, &line); number++)
		if (parse_line(line).kind == LINE_BAD)
			return err_set(err, ERR_CONFIG,
				"line %u is not one of a known_hosts file: a host, a type of key and the key",
				number);
	return 0;
}

static char *lower_case(const char *name)
{
	char *lower = mem_copy_string(name);

	for (char *at = lower; *at; at++)
		if (*at >= 'A' && *at <= 'Z')
			*at = (char)(*at - 'A' + 'a');
	return lower;
}

/* "|1|salt|hash": the HMAC of the name in lower case, keyed by the salt. Whether it is this name's, or -1. */
static int matches_hash(struct span hashed, const char *name, struct err *err)
{
	auto_buf struct buf salt = BUF(LIMIT_SSH_KEY);
	auto_buf struct buf hash = BUF(LIMIT_SSH_KEY);
	auto_free char *lower = lower_case(name);
	unsigned char digest[DIGEST_SHA1_SIZE];
	struct span text;

	if (!span_take(&hashed, "|1|") || !span_take_until(&hashed, "|", &text) ||
		!base64_decode(text, &salt) || !span_take(&hashed, "|") ||
		!base64_decode(hashed, &hash))
		return false;
	if (digest_hmac_sha1(buf_span(&salt), span_of(lower), digest, err) < 0)
		return -1;
	return span_equal(buf_span(&hash), (struct span){ (const char *)digest, sizeof(digest) });
}

/* Whether the line is about a host of that name, or -1. */
static int is_about(const struct line *line, const char *name, struct err *err)
{
	if (span_starts(line->hosts, "|"))
		return matches_hash(line->hosts, name, err);
	return ssh_pattern_list(line->hosts, name, true);
}

static int judge_name(struct span text, const char *name, struct span key,
	enum ssh_host_verdict *verdict, struct err *err)
{
	enum ssh_host_verdict so_far = SSH_HOST_UNLISTED;
	struct span bytes;

	while (span_take_line(&text, &bytes)) {
		auto_buf struct buf listed = BUF(LIMIT_SSH_KEY);
		struct line line = parse_line(bytes);
		int about = line.kind == LINE_KEY || line.kind == LINE_REVOKED
			? is_about(&line, name, err)
			: false;

		if (about < 0)
			return -1;
		if (!about)
			continue;
		if (!decode_key(&line, &listed) || !span_equal(buf_span(&listed), key)) {
			if (line.kind == LINE_KEY && so_far == SSH_HOST_UNLISTED)
				so_far = SSH_HOST_CHANGED;
		} else if (line.kind == LINE_REVOKED) {
			so_far = SSH_HOST_REVOKED;
			break;
		} else {
			so_far = SSH_HOST_KNOWN;
		}
	}
	*verdict = so_far;
	return 0;
}

#define NAME_SIZE 512

/* "[host]:port", as a host at another port than ssh's own is listed. */
static void name_with_port(const struct ssh_host *host, char name[static NAME_SIZE])
{
	(void)snprintf(name, NAME_SIZE, "[%s]:%u", host->name, host->port);
}

int ssh_hosts_judge(struct span text, const struct ssh_host *host, struct span key,
	enum ssh_host_verdict *verdict, struct err *err)
{
	enum ssh_host_verdict plain = SSH_HOST_UNLISTED;
	enum ssh_host_verdict exact = SSH_HOST_UNLISTED;
	char name[NAME_SIZE];

	if (judge_name(text, host->name, key, &plain, err) < 0)
		return -1;
	if (host->port == SSH_PORT) {
		*verdict = plain;
		return 0;
	}
	name_with_port(host, name);
	if (judge_name(text, name, key, &exact, err) < 0)
		return -1;
	/* the plain host may vouch for another port; what it lists need not be shown there */
	if (exact == SSH_HOST_UNLISTED && plain != SSH_HOST_CHANGED)
		exact = plain;
	*verdict = exact;
	return 0;
}

static int types_of_name(struct span text, const char *name, struct strings *types, struct err *err)
{
	struct span bytes;

	while (span_take_line(&text, &bytes)) {
		struct line line = parse_line(bytes);
		int about = line.kind == LINE_KEY ? is_about(&line, name, err) : false;

		if (about < 0)
			return -1;
		if (about)
			strings_add(types, line.type);
	}
	return 0;
}

int ssh_hosts_types(
	struct span text, const struct ssh_host *host, struct strings *types, struct err *err)
{
	char name[NAME_SIZE];

	name_with_port(host, name);
	if (host->port != SSH_PORT && types_of_name(text, name, types, err) < 0)
		return -1;
	return types_of_name(text, host->name, types, err);
}

struct span ssh_key_type(struct span key)
{
	struct span type = { "", 0 };

	(void)ssh_take_string(&key, &type);
	return type;
}

int ssh_fingerprint(struct span key, char **fingerprint, struct err *err)
{
	auto_buf struct buf text = BUF(sizeof("SHA256:") + 2 * DIGEST_SHA256_SIZE);
	unsigned char digest[DIGEST_SHA256_SIZE];

	if (digest_sha256(key, digest, err) < 0)
		return -1;
	if (buf_add_string(&text, "SHA256:") < 0 ||
		!base64_encode((struct span){ (const char *)digest, sizeof(digest) }, false, &text))
		return err_set(err, ERR_INTERNAL, "a fingerprint does not fit");
	*fingerprint = buf_detach(&text);
	return 0;
}
