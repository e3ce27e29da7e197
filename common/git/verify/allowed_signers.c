/* SPDX-License-Identifier: Apache-2.0 */
/* allowed_signers: the text of an allowed_signers file. */
#define _GNU_SOURCE /* timegm */
#include <strings.h>
#include <time.h>

#include "base/base64.h"
#include "base/limits.h"
#include "git/verify/allowed_signers.h"
#include "net/ssh_hosts.h"
#include "net/ssh_pattern.h"
#include "net/ssh_verify.h"

/* One line; its texts are borrowed. */
struct signer {
	struct span principals;
	struct span namespaces; /* empty: all */
	int64_t valid_after;    /* seconds since 1970 */
	int64_t valid_before;
	bool has_namespaces;
	struct span type;
	struct span key; /* base64 */
};

/* Take a word, in which double quotes hold blanks, and the blanks behind it. */
static bool take_word(struct span *from, struct span *word)
{
	bool quoted = false;
	size_t end = 0;

	for (; end < from->length; end++) {
		char c = from->data[end];

		if (c == '"')
			quoted = !quoted;
		else if (!quoted && (c == ' ' || c == '\t'))
			break;
	}
	if (quoted || !end)
		return false;
	*word = (struct span){ from->data, end };
	*from = span_trim((struct span){ from->data + end, from->length - end });
	return true;
}

/* "text" */
static bool unquote(struct span *text)
{
	if (text->length < 2 || text->data[0] != '"' || text->data[text->length - 1] != '"')
		return false;
	*text = (struct span){ text->data + 1, text->length - 2 };
	return true;
}

static bool take_digits(struct span *from, size_t count, int *value)
{
	struct span digits;
	uint64_t number;

	if (!span_take_bytes(from, count, &digits) || !span_take_number(&digits, 9999, &number) ||
		digits.length)
		return false;
	*value = (int)number;
	return true;
}

/* "YYYYMMDD[HHMM[SS]][Z]", of a date that the calendar has. */
static bool read_time(struct span text, int64_t *seconds)
{
	struct tm time = { 0 }, given;

	if (!take_digits(&text, 4, &time.tm_year) || !take_digits(&text, 2, &time.tm_mon) ||
		!take_digits(&text, 2, &time.tm_mday))
		return false;
	if (take_digits(&text, 2, &time.tm_hour)) {
		if (!take_digits(&text, 2, &time.tm_min))
			return false;
		(void)take_digits(&text, 2, &time.tm_sec);
	}
	(void)(span_take(&text, "Z") || span_take(&text, "z"));
	time.tm_year -= 1900;
	time.tm_mon -= 1;
	given = time;
	*seconds = timegm(&time);
	return text.length == 0 && time.tm_mday == given.tm_mday && time.tm_mon == given.tm_mon &&
		time.tm_hour == given.tm_hour && time.tm_min == given.tm_min &&
		time.tm_sec == given.tm_sec;
}

/* Take `name` in any case, `=` and double quotes, as ssh-keygen does. */
static bool take_name(struct span *option, const char *name, size_t length)
{
	if (option->length <= length || strncasecmp(option->data, name, length) != 0 ||
		option->data[length] != '=')
		return false;
	*option = (struct span){ option->data + length + 1, option->length - length - 1 };
	return unquote(option);
}

#define TAKE_NAME(option, name) take_name(option, name, sizeof(name) - 1)

static int read_option(struct signer *signer, struct span option, struct err *err)
{
	static const char authority[] = "cert-authority";

	if (option.length == sizeof(authority) - 1 &&
		strncasecmp(option.data, authority, option.length) == 0)
		return err_set(err, ERR_CONFIG,
			"'cert-authority' is not supported: list the keys themselves");
	if (TAKE_NAME(&option, "namespaces")) {
		signer->namespaces = option;
		signer->has_namespaces = true;
		return 0;
	}
	if (TAKE_NAME(&option, "valid-after"))
		return read_time(option, &signer->valid_after)
			? 0
			: err_set(err, ERR_CONFIG,
				  "'valid-after' is not of the form YYYYMMDD[HHMM[SS]]");
	if (TAKE_NAME(&option, "valid-before"))
		return read_time(option, &signer->valid_before)
			? 0
			: err_set(err, ERR_CONFIG,
				  "'valid-before' is not of the form YYYYMMDD[HHMM[SS]]");
	return err_set(err, ERR_CONFIG,
		"has an option that is none of namespaces=\"…\", valid-after=\"…\" and valid-before=\"…\"");
}

/* The commas of a list, outside of double quotes, part options. */
static int read_options(struct signer *signer, struct span list, struct err *err)
{
	while (list.length) {
		bool quoted = false;
		size_t end = 0;

		for (; end < list.length && (quoted || list.data[end] != ','); end++)
			if (list.data[end] == '"')
				quoted = !quoted;
		if (read_option(signer, (struct span){ list.data, end }, err) < 0)
			return -1;
		end += end < list.length;
		list = (struct span){ list.data + end, list.length - end };
	}
	if (signer->valid_after >= signer->valid_before)
		return err_set(err, ERR_CONFIG, "'valid-before' is not after 'valid-after'");
	return 0;
}

/* Its blob, which must say the same type as the line. */
static bool decode(const struct signer *signer, struct buf *blob)
{
	return base64_decode(signer->key, blob) &&
		span_equal(ssh_key_type(buf_span(blob)), signer->type);
}

/* The key stands behind the options, which may be missing: then the word is its type. */
static int read_key(struct signer *signer, struct span rest, struct buf *blob, struct err *err)
{
	struct span word;

	if (!take_word(&rest, &signer->type) || !take_word(&rest, &signer->key))
		return err_set(err, ERR_CONFIG,
			"is not of the form: principals, options, type of the key, key");
	if (decode(signer, blob))
		return 0;
	word = signer->type;
	signer->type = signer->key;
	buf_clear(blob);
	if (take_word(&rest, &signer->key) && decode(signer, blob))
		return read_options(signer, word, err);
	return err_set(
		err, ERR_CONFIG, "is not of the form: principals, options, type of the key, key");
}

/* 1 if the line names a signer, 0 if it is empty or a comment. */
static int read_line(struct signer *signer, struct span line, struct buf *blob, struct err *err)
{
	*signer = (struct signer){ .valid_after = INT64_MIN, .valid_before = INT64_MAX };
	line = span_trim(line);
	if (!line.length || line.data[0] == '#')
		return 0;
	if (!take_word(&line, &signer->principals))
		return err_set(err, ERR_CONFIG, "has a quote that does not end");
	(void)unquote(&signer->principals);
	return read_key(signer, line, blob, err) < 0 ? -1 : 1;
}

int allowed_signers_check(struct span text, struct err *err)
{
	struct span line;
	unsigned found = 0;

	for (unsigned number = 1; span_take_line(&text, &line); number++) {
		auto_buf struct buf blob = BUF(LIMIT_SSH_KEY);
		struct signer signer;
		int is_signer = read_line(&signer, line, &blob, err);

		if (is_signer < 0)
			return err_wrap(err, "line %u", number);
		if (is_signer && ssh_verify_check(buf_span(&blob), err) < 0)
			return err_wrap(err, "line %u: the key", number);
		found += (unsigned)is_signer;
	}
	if (!found)
		return err_set(err, ERR_CONFIG, "names no key");
	return 0;
}

/* Is there anybody at all that the list of principals takes? */
static bool takes_somebody(struct span principals)
{
	while (principals.length) {
		struct span one = principals;

		if (span_take_until(&principals, ",", &one))
			(void)span_take(&principals, ",");
		else
			principals.length = 0;
		if (one.length && one.data[0] != '!')
			return true;
	}
	return false;
}

int allowed_signers_find(
	struct span text, struct span key, int64_t time, struct span *principals, struct err *err)
{
	const char *why = "is by a key that source.allowed_signers does not name";
	struct span line;

	while (span_take_line(&text, &line)) {
		auto_buf struct buf blob = BUF(LIMIT_SSH_KEY);
		struct signer signer;
		int is_signer = read_line(&signer, line, &blob, err);

		if (is_signer < 0)
			return -1;
		if (!is_signer || !span_equal(buf_span(&blob), key) ||
			!takes_somebody(signer.principals))
			continue;
		if (signer.has_namespaces && !ssh_pattern_list(signer.namespaces, "git", false)) {
			why = "is by a key that source.allowed_signers does not allow for the "
			      "namespace 'git'";
		} else if (time < signer.valid_after || time > signer.valid_before) {
			why = "is by a key that is not valid at the commit's time, by "
			      "source.allowed_signers";
		} else {
			*principals = signer.principals;
			return 0;
		}
	}
	return err_set(err, ERR_REMOTE, "its SSH signature %s", why);
}
