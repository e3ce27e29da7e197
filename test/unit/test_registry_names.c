/* SPDX-License-Identifier: Apache-2.0 */
/* reference and challenge: names of images, and how a registry wants to be told who asks. */
#include "registry/challenge.h"
#include "registry/reference.h"
#include "unit.h"

#define HEX "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static const struct name {
	const char *name;
	const char *text;
	const char *host; /* NULL: refused */
	const char *repository;
	const char *message;
} names[] = {
	{ "plain", "registry.test/app", "registry.test", "app", NULL },
	{ "with a tag", "registry.test/team/app:1.0", "registry.test", "team/app", NULL },
	{ "with a digest", "registry.test/app@sha256:" HEX, "registry.test", "app", NULL },
	{ "with both", "registry.test/app:1@sha256:" HEX, "registry.test", "app", NULL },
	{ "with a port", "registry.test:5000/a/b/c", "registry.test:5000", "a/b/c", NULL },
	{ "on this machine", "localhost/app:1", "localhost", "app", NULL },
	{ "IPv6", "[::1]:5000/app", "[::1]:5000", "app", NULL },
	{ "separators", "registry.test/a-b/c_d/e.f__g", "registry.test", "a-b/c_d/e.f__g", NULL },
	{ "no host", "team/app:1", NULL, NULL,
		"'team/app:1' does not name its registry, as 'registry.example.com/app' does" },
	{ "one word", "app", NULL, NULL,
		"'app' does not name its registry, as 'registry.example.com/app' does" },
	{ "empty", "", NULL, NULL,
		"'' does not name its registry, as 'registry.example.com/app' does" },
	{ "a URL", "https://registry.test/app", NULL, NULL,
		"'https://registry.test/app' is not the name of an image" },
	{ "a user in the host", "me@registry.test/app", NULL, NULL,
		"'me@registry.test/app' does not name its registry, as 'registry.example.com/app' does" },
	{ "a query", "registry.test/app?x", NULL, NULL,
		"'registry.test/app?x' is not the name of an image" },
	{ "a way up", "registry.test/a/../b", NULL, NULL,
		"'registry.test/a/../b' is not the name of an image" },
	{ "two dots in a part", "registry.test/a..b", NULL, NULL,
		"'registry.test/a..b' is not the name of an image" },
	{ "an empty part", "registry.test/a//b", NULL, NULL,
		"'registry.test/a//b' is not the name of an image" },
	{ "upper case", "registry.test/App", NULL, NULL,
		"'registry.test/App' is not the name of an image" },
	{ "no repository", "registry.test/", NULL, NULL,
		"'registry.test/' is not the name of an image" },
};

static void name_is_read(void **state)
{
	const struct name *row = *state;
	auto_reference struct reference reference = { 0 };
	struct err err = { 0 };
	int status = reference_read(&reference, row->text, &err);

	if (!row->host) {
		assert_failed(status, &err, ERR_CONFIG, row->message);
		assert_null(reference.host);
		return;
	}
	assert_int_equal(status, 0);
	assert_string_equal(reference.host, row->host);
	assert_string_equal(reference.repository, row->repository);
}

static const struct header {
	const char *name;
	const char *values[2];
	enum challenge_scheme scheme;
	const char *realm;
	const char *service;
} headers[] = {
	{ "none", { NULL }, CHALLENGE_NONE, NULL, NULL },
	{ "Basic", { "Basic realm=\"here\"" }, CHALLENGE_BASIC, "here", NULL },
	{ "Basic alone", { "Basic" }, CHALLENGE_BASIC, NULL, NULL },
	{ "Bearer",
		{ "Bearer realm=\"https://auth.test/token\",service=\"registry.test\",scope=\"a,b\"" },
		CHALLENGE_BEARER, "https://auth.test/token", "registry.test" },
	{ "another order, spaces, no quotes, another case",
		{ "bEARER Service = registry.test , REALM = \"https://auth.test/\"" },
		CHALLENGE_BEARER, "https://auth.test/", "registry.test" },
	{ "quoted bytes", { "Bearer realm=\"a\\\"b\\\\c, d\"" }, CHALLENGE_BEARER, "a\"b\\c, d",
		NULL },
	{ "two in one value", { "Basic realm=\"x\", Bearer realm=\"y\"" }, CHALLENGE_BEARER, "y",
		NULL },
	{ "two in two values, the better first", { "Bearer realm=\"y\"", "Basic realm=\"x\"" },
		CHALLENGE_BEARER, "y", NULL },
	{ "one that is not known before it", { "Negotiate, Basic realm=\"x\"" }, CHALLENGE_BASIC,
		"x", NULL },
	{ "one that is not known alone", { "Negotiate YII=" }, CHALLENGE_NONE, NULL, NULL },
	{ "a realm twice: the first", { "Bearer realm=\"a\",realm=\"b\"" }, CHALLENGE_BEARER, "a",
		NULL },
	{ "Bearer without realm", { "Bearer service=\"x\"" }, CHALLENGE_NONE, NULL, NULL },
	{ "Bearer with an empty realm", { "Bearer realm=\"\"" }, CHALLENGE_NONE, NULL, NULL },
	{ "no end of a quotation", { "Bearer realm=\"https://auth.test" }, CHALLENGE_NONE, NULL,
		NULL },
	{ "garbage", { "=,\"" }, CHALLENGE_NONE, NULL, NULL },
};

static void header_is_read(void **state)
{
	const struct header *row = *state;
	auto_strings struct strings values = { 0 };
	auto_challenge struct challenge challenge = { 0 };

	for (size_t i = 0; i < COUNT(row->values) && row->values[i]; i++)
		strings_add(&values, span_of(row->values[i]));
	challenge_read(&challenge, &values);
	assert_int_equal(challenge.scheme, row->scheme);
	if (row->realm)
		assert_string_equal(challenge.realm, row->realm);
	else
		assert_null(challenge.realm);
	if (row->service)
		assert_string_equal(challenge.service, row->service);
	else
		assert_null(challenge.service);
}

int main(void)
{
	UNIT_ROWS(name_is_read, names);
	UNIT_ROWS(header_is_read, headers);
	return unit_run();
}
