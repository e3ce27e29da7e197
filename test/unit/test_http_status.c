/* SPDX-License-Identifier: Apache-2.0 */
/* http: a status as an error, with the server's own words. */
#include "unit.h"

#include "net/http.h"

static const struct answered {
	const char *name;
	int status;
	const char *body;
	enum err_kind kind;
	const char *message;
} answers[] = {
	{ "no words", 500, "", ERR_REMOTE, "https://h: the server answered 500" },
	{ "a line of text", 404, "not here\n", ERR_MISSING,
		"https://h: the server answered 404: not here" },
	{ "the first line that says something", 404, "\n  \n  one \ntwo\n", ERR_MISSING,
		"https://h: the server answered 404: one" },
	{ "a page of HTML", 502, "<!doctype html>\n<p>words", ERR_NETWORK,
		"https://h: the server answered 502" },
	{ "a JSON message", 403, "{\"kind\":\"Status\",\"message\":\"pods is forbidden\"}",
		ERR_AUTH, "https://h: the server answered 403: pods is forbidden" },
	{ "a registry's list of errors", 401,
		"{\"errors\":[{\"code\":\"X\",\"message\":\"log in\"}]}", ERR_AUTH,
		"https://h: the server answered 401: log in" },
	{ "an OAuth error", 400,
		"{\"error\":\"invalid_grant\",\"error_description\":\"token is old\"}", ERR_REMOTE,
		"https://h: the server answered 400: token is old" },
	{ "an error alone", 403, "{\"error\":\"insufficient_scope\"}", ERR_AUTH,
		"https://h: the server answered 403: insufficient_scope" },
	{ "JSON without a message", 401, "{\"error\":1}", ERR_AUTH,
		"https://h: the server answered 401" },
	{ "a message that is no text", 401, "{\"message\":1}", ERR_AUTH,
		"https://h: the server answered 401" },
	{ "JSON that is cut", 400, "{\"message\":\"pods", ERR_REMOTE,
		"https://h: the server answered 400" },
	{ "a list", 400, "[1]", ERR_REMOTE, "https://h: the server answered 400" },
	{ "line breaks in a message", 400, "{\"message\":\"a\\nb\"}", ERR_REMOTE,
		"https://h: the server answered 400: a b" },
	{ "an escape sequence", 400, "\x1b[31mred\n", ERR_REMOTE,
		"https://h: the server answered 400:  [31mred" },
	{ "bytes that are no text", 400, "a\xff\n", ERR_REMOTE,
		"https://h: the server answered 400: a\xef\xbf\xbd" },
	{ "changed by somebody else", 409, "", ERR_CONFLICT, "https://h: the server answered 409" },
	{ "too old", 410, "", ERR_EXPIRED, "https://h: the server answered 410" },
	{ "too many requests", 429, "", ERR_NETWORK, "https://h: the server answered 429" },
	{ "not now", 503, "", ERR_NETWORK, "https://h: the server answered 503" },
};

static void explains(void **state)
{
	const struct answered *row = *state;
	struct err err = { 0 };

	assert_failed(http_status_error("https://h", row->status, span_of(row->body), &err), &err,
		row->kind, row->message);
}

static void a_long_line_is_cut(void **state)
{
	char text[2000];
	struct err err = { 0 };

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(
		http_status_error("h", 400, (struct span){ text, sizeof(text) }, &err), -1);
	assert_int_equal(strlen(err.message), strlen("h: the server answered 400: ") + 256);
}

int main(void)
{
	UNIT_ROWS(explains, answers);
	UNIT_TEST(a_long_line_is_cut);
	return unit_run();
}
