/* SPDX-License-Identifier: Apache-2.0 */
/* app: where GitHub's API is, and what it answers. */
#include "unit.h"

#include "git/access/app.h"

static const struct api_row {
	const char *name;
	const char *uri;
	const char *api;
} apis[] = {
	{ "github.com", "https://github.com/team/app", "https://api.github.com" },
	{ "any case", "https://GitHub.com/team/app", "https://api.github.com" },
	{ "with data residency", "https://team.ghe.com/team/app", "https://api.team.ghe.com" },
	{ "an enterprise server", "https://git.example.com/team/app",
		"https://git.example.com/api/v3" },
	{ "its port", "https://git.example.com:8443/team/app",
		"https://git.example.com:8443/api/v3" },
	{ "another port of the name", "https://github.com:8443/team/app",
		"https://github.com:8443/api/v3" },
	{ "an address", "https://[::1]:8443/team/app", "https://[::1]:8443/api/v3" },
};

static void find_api(void **state)
{
	const struct api_row *row = *state;
	auto_place_server struct place_server server = { 0 };
	auto_free char *api = NULL;

	assert_true(place_server_read(&server, row->uri));
	api = app_api(&server);
	assert_string_equal(api, row->api);
}

static const struct installation_row {
	const char *name;
	const char *body;
	int64_t id; /* 0: refused */
} installations[] = {
	{ "one", "{\"id\": 77, \"account\": {}}", 77 },
	{ "a text for a number", "{\"id\": \"77\"}", 0 },
	{ "no id", "{}", 0 },
	{ "a list", "[{\"id\": 1}]", 0 },
	{ "nothing", "", 0 },
	{ "a negative one", "{\"id\": -1}", 0 },
};

static void read_installation(void **state)
{
	const struct installation_row *row = *state;
	struct err err = { 0 };
	int64_t id = 0;

	if (!row->id)
		assert_failed(app_read_installation(span_of(row->body), &id, &err), &err,
			ERR_REMOTE, "the answer holds no id of an installation");
	else
		assert_int_equal(app_read_installation(span_of(row->body), &id, &err), 0);
	assert_int_equal(id, row->id);
}

static const struct token_row {
	const char *name;
	const char *body;
	const char *token; /* NULL: refused */
	int64_t end_ms;
} tokens[] = {
	{ "one", "{\"token\": \"ghs_abc\", \"expires_at\": \"2016-07-11T22:14:10Z\"}", "ghs_abc",
		1468275250000 },
	{ "a line break in it", "{\"token\": \"a\\nb\", \"expires_at\": \"2016-07-11T22:14:10Z\"}",
		NULL, 0 },
	{ "an empty one", "{\"token\": \"\", \"expires_at\": \"2016-07-11T22:14:10Z\"}", NULL, 0 },
	{ "no end", "{\"token\": \"ghs_abc\"}", NULL, 0 },
	{ "an end that is none", "{\"token\": \"ghs_abc\", \"expires_at\": \"soon\"}", NULL, 0 },
	{ "a number", "{\"token\": 1, \"expires_at\": \"2016-07-11T22:14:10Z\"}", NULL, 0 },
	{ "HTML", "<html>", NULL, 0 },
};

static void read_token(void **state)
{
	const struct token_row *row = *state;
	auto_secret struct secret *token = NULL;
	struct err err = { 0 };
	int64_t end_ms = 0;

	if (!row->token) {
		assert_failed(app_read_token(span_of(row->body), &token, &end_ms, &err), &err,
			ERR_REMOTE, "the answer holds no token");
		assert_null(token);
		return;
	}
	assert_int_equal(app_read_token(span_of(row->body), &token, &end_ms, &err), 0);
	assert_string_equal(secret_reveal(token), row->token);
	assert_int_equal(end_ms, row->end_ms);
}

int main(void)
{
	UNIT_ROWS(find_api, apis);
	UNIT_ROWS(read_installation, installations);
	UNIT_ROWS(read_token, tokens);
	return unit_run();
}
