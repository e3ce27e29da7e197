/* SPDX-License-Identifier: Apache-2.0 */
/* challenge: how a server wants to be told who asks. */
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/limits.h"
#include "registry/challenge.h"

#define SPACE " \t"

void challenge_release(struct challenge *challenge)
{
	free(challenge->realm);
	free(challenge->service);
	*challenge = (struct challenge){ 0 };
}

static void skip(struct span *text, const char *bytes)
{
	while (text->length && text->data[0] && strchr(bytes, text->data[0])) {
		text->data++;
		text->length--;
	}
}

static bool is_token_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		(c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool take_token(struct span *from, struct span *token)
{
	size_t length = 0;

	while (length < from->length && is_token_byte(from->data[length]))
		length++;
	return length && span_take_bytes(from, length, token);
}

/* "text", in which a backslash stands before what is meant as it is. */
static bool take_quoted(struct span *from, struct buf *value)
{
	struct span rest = *from, byte;

	if (!span_take(&rest, "\""))
		return false;
	while (span_take_bytes(&rest, 1, &byte)) {
		if (span_is(byte, "\"")) {
			*from = rest;
			return true;
		}
		if (span_is(byte, "\\") && !span_take_bytes(&rest, 1, &byte))
			return false;
		if (buf_add_span(value, byte) < 0)
			return false;
	}
	return false;
}

static bool is_named(struct span token, const char *name)
{
	return token.length == strlen(name) && strncasecmp(token.data, name, token.length) == 0;
}

/* NAME = VALUE, with `name` taken already. */
static bool take_parameter(struct span *from, struct span name, struct challenge *challenge)
{
	auto_buf struct buf value = BUF(LIMIT_URL);
	struct span rest = *from, token;

	skip(&rest, SPACE);
	if (!span_take(&rest, "="))
		return false;
	skip(&rest, SPACE);
	if (take_token(&rest, &token)) {
		if (buf_add_span(&value, token) < 0)
			return false;
	} else if (!take_quoted(&rest, &value)) {
		return false;
	}
	*from = rest;
	if (is_named(name, "realm") && !challenge->realm)
		challenge->realm = buf_detach(&value);
	else if (is_named(name, "service") && !challenge->service)
		challenge->service = buf_detach(&value);
	return true;
}

/* One challenge with all its parameters; false where there is none, or it cannot be read. */
static bool take_challenge(struct span *from, struct challenge *challenge)
{
	struct span name;

	skip(from, SPACE ",");
	if (!take_token(from, &name))
		return false;
	if (is_named(name, "Bearer"))
		challenge->scheme = CHALLENGE_BEARER;
	else if (is_named(name, "Basic"))
		challenge->scheme = CHALLENGE_BASIC;
	for (;;) {
		struct span rest = *from;

		skip(&rest, SPACE ",");
		if (!rest.length)
			break;
		if (!take_token(&rest, &name))
			return false;
		if (!take_parameter(&rest, name, challenge))
			break; /* it is the name of another challenge */
		*from = rest;
	}
	return true;
}

void challenge_read(struct challenge *challenge, const struct strings *values)
{
	auto_challenge struct challenge best = { 0 };

	for (size_t i = 0; i < values->count; i++) {
		struct span rest = span_of(values->items[i]);

		for (;;) {
			auto_challenge struct challenge found = { 0 };

			if (!take_challenge(&rest, &found))
				break;
			if (found.scheme == CHALLENGE_BEARER && (!found.realm || !*found.realm))
				found.scheme = CHALLENGE_NONE;
			if (found.scheme <= best.scheme)
				continue;
			challenge_release(&best);
			best = found;
			found = (struct challenge){ 0 };
		}
	}
	*challenge = best;
	best = (struct challenge){ 0 };
}
