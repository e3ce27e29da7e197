/* SPDX-License-Identifier: Apache-2.0 */
/* http: URLs as messages show them, and userinfo taken out of them. */
#include "unit.h"

#include "base/limits.h"
#include "base/log.h"
#include "net/lib.h"

static const struct shown {
	const char *name;
	const char *url;
	const char *shown;
} shown[] = {
	{ "stays as it is", "https://host/a/b.git", "https://host/a/b.git" },
	{ "keeps the port", "http://host:8080/a", "http://host:8080/a" },
	{ "loses user and password", "https://user:pass@host/a", "https://host/a" },
	{ "loses a token in the user's place", "https://token@host/a", "https://host/a" },
	{ "loses the query", "https://host/a?token=abc", "https://host/a" },
	{ "loses the fragment", "https://host/a#abc", "https://host/a" },
	{ "loses an encoded password", "https://u:p%40%3A@host/a", "https://host/a" },
	{ "a password with a slash hides all", "https://u:pa/ss@host/a", "https://(malformed)" },
	{ "white space hides all", "https://u:p w@host/a", "https://(malformed)" },
	{ "another scheme", "ssh://git:pw@host:22/a", "ssh://host:22/a" },
	{ "an scp-like address loses its user", "git@host:a/b.git", "host:a/b.git" },
	{ "a path stays", "/srv/git/a@b.git", "/srv/git/a@b.git" },
	{ "an IPv6 address", "https://u@[::1]:8443/a", "https://[::1]:8443/a" },
	{ "nothing", "", "" },
};

static void shows(void **state)
{
	const struct shown *row = *state;
	auto_free char *text = http_show_url(row->url);

	assert_string_equal(text, row->shown);
}

static void a_long_url_is_not_shown(void **state)
{
	auto_free char *url = mem_alloc(LIMIT_URL + 64);
	auto_free char *text = NULL;

	(void)state;
	memset(url, 'a', LIMIT_URL + 63);
	memcpy(url, "https://u:p@h/", 14);
	text = http_show_url(url);
	assert_string_equal(text, "https://(malformed)");
}

static const struct origin {
	const char *name;
	const char *a;
	const char *b;
	bool same;
} origins[] = {
	{ "equal", "https://host/a", "https://host/b?c", true },
	{ "the usual port may be left out", "https://host:443/", "https://host/", true },
	{ "case does not count", "HTTPS://Host/", "https://hOST/", true },
	{ "userinfo does not count", "https://u:p@host/", "https://host/", true },
	{ "another host", "https://host/", "https://host.example/", false },
	{ "a host as user is another host", "https://host/", "https://host@other/", false },
	{ "another port", "https://host/", "https://host:444/", false },
	{ "another scheme", "http://host:443/", "https://host:443/", false },
	{ "what is no URL is the same as nothing", "host", "host", false },
	{ "another scheme's origin is none", "ftp://host/", "ftp://host/", false },
};

static void compares(void **state)
{
	const struct origin *row = *state;

	assert_int_equal(url_same_origin(row->a, row->b), row->same);
	assert_int_equal(url_same_origin(row->b, row->a), row->same);
}

static const struct userinfo {
	const char *name;
	const char *url;
	const char *plain;
	const char *username; /* NULL: none */
	const char *password; /* NULL: none */
} userinfos[] = {
	{ "none", "https://host/a?b#c", "https://host/a?b#c", NULL, NULL },
	{ "none, and the URL is not rewritten", "HTTPS://Host", "HTTPS://Host", NULL, NULL },
	{ "both", "https://user:pass@host/a?b", "https://host/a?b", "user", "pass" },
	{ "user alone", "https://user@host/a", "https://host/a", "user", NULL },
	{ "empty password", "https://user:@host/a", "https://host/a", "user", "" },
	{ "empty user", "https://:pass@host/a", "https://host/a", "", "pass" },
	{ "decoded", "https://us%65r:p%40s%3As@host/a", "https://host/a", "user", "p@s:s" },
	{ "a semicolon belongs to the password", "https://u:p;x=y@host/a", "https://host/a", "u",
		"p;x=y" },
	{ "ssh", "ssh://git@host:2222/a", "ssh://host:2222/a", "git", NULL },
	{ "scp-like", "git@host:a.git", "git@host:a.git", NULL, NULL },
	{ "path", "/srv/a.git", "/srv/a.git", NULL, NULL },
};

static void assert_text(const char *found, const char *expected)
{
	if (!expected)
		assert_null(found);
	else
		assert_string_equal(found ? found : "(null)", expected);
}

static void splits(void **state)
{
	const struct userinfo *row = *state;
	auto_free char *plain = NULL;
	auto_free char *username = NULL;
	auto_secret struct secret *password = NULL;
	struct err err = { 0 };

	assert_int_equal(http_split_userinfo(row->url, &plain, &username, &password, &err), 0);
	assert_text(plain, row->plain);
	assert_text(username, row->username);
	assert_text(secret_reveal(password), row->password);
	assert_int_equal(err.kind, ERR_NONE);
}

static const struct refused {
	const char *name;
	const char *url;
	const char *message;
} refused[] = {
	{ "no port", "https://u:pa/ss@host/", "the URL is malformed" },
	{ "white space", "https://u:p@ho st/", "the URL is malformed" },
	{ "no host", "https://", "the URL is malformed" },
	{ "an encoded NUL", "https://u:p%00@host/",
		"the URL's user or password is not percent-encoded text" },
	{ "an encoded line break", "https://u%0a:p@host/",
		"the URL's user or password is not percent-encoded text" },
};

static void refuses(void **state)
{
	const struct refused *row = *state;
	char *plain = NULL;
	char *username = NULL;
	struct secret *password = NULL;
	struct err err = { 0 };

	assert_failed(http_split_userinfo(row->url, &plain, &username, &password, &err), &err,
		ERR_CONFIG, row->message);
	assert_null(plain);
	assert_null(username);
	assert_null(password);
}

int main(void)
{
	int failed;

	UNIT_ROWS(shows, shown);
	UNIT_TEST(a_long_url_is_not_shown);
	UNIT_ROWS(compares, origins);
	UNIT_ROWS(splits, userinfos);
	UNIT_ROWS(refuses, refused);
	failed = unit_run();
	log_release();
	return failed;
}
