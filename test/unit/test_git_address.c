/* SPDX-License-Identifier: Apache-2.0 */
/* address: uris of SSH and of git's daemon, taken apart. */
#include "unit.h"

#include "git/access/address.h"

static const struct row {
	const char *name;
	const char *uri;
	const char *user; /* "-": none */
	const char *host;
	unsigned port;
	const char *path;
	const char *shown; /* NULL: as the uri */
} rows[] = {
	{ "scp", "git@example.com:team/app.git", "git", "example.com", 0, "team/app.git", NULL },
	{ "scp without a user", "example.com:app.git", "-", "example.com", 0, "app.git", NULL },
	{ "scp, absolute path", "git@example.com:/srv/app.git", "git", "example.com", 0,
		"/srv/app.git", NULL },
	{ "scp, home", "git@example.com:~me/app.git", "git", "example.com", 0, "~me/app.git",
		NULL },
	{ "scp, home behind a slash", "git@example.com:/~me/app.git", "git", "example.com", 0,
		"~me/app.git", NULL },
	{ "scp, a colon in the path", "example.com:a:b", "-", "example.com", 0, "a:b", NULL },
	{ "scp, a percent sign stays", "example.com:a%20b", "-", "example.com", 0, "a%20b", NULL },
	{ "scp, an at sign in the path", "example.com:a@b", "-", "example.com", 0, "a@b", NULL },
	{ "scp, IPv6", "git@[::1]:app.git", "git", "::1", 0, "app.git", NULL },
	{ "scp, IPv6 without a user", "[fe80::2]:app.git", "-", "fe80::2", 0, "app.git", NULL },
	{ "scp, a port in brackets", "[example.com:2222]:app.git", "-", "example.com", 2222,
		"app.git", NULL },
	{ "scp, user and port in brackets", "[git@example.com:2222]:app.git", "git", "example.com",
		2222, "app.git", NULL },
	{ "url", "ssh://git@example.com/team/app.git", "git", "example.com", 0, "/team/app.git",
		NULL },
	{ "url with a port", "ssh://git@example.com:2222/app.git", "git", "example.com", 2222,
		"/app.git", NULL },
	{ "url with an empty port", "ssh://example.com:/app.git", "-", "example.com", 0, "/app.git",
		NULL },
	{ "url, home", "ssh://example.com/~me/app.git", "-", "example.com", 0, "~me/app.git",
		NULL },
	{ "url, decoded", "ssh://g%69t@example.com/a%20b%2", "git", "example.com", 0, "/a b%2",
		"ssh://git@example.com/a%20b%2" },
	{ "url with a password", "ssh://git:geheim@example.com/app.git", "git", "example.com", 0,
		"/app.git", "ssh://git@example.com/app.git" },
	{ "url, an at sign in the password", "ssh://git:ge@heim@example.com/app.git", "git",
		"example.com", 0, "/app.git", "ssh://git@example.com/app.git" },
	{ "url, an at sign in the path", "ssh://example.com/a@b", "-", "example.com", 0, "/a@b",
		NULL },
	{ "url, IPv6", "ssh://git@[::1]:2222/app.git", "git", "::1", 2222, "/app.git", NULL },
	{ "url, IPv6 without a port", "ssh://[::1]/app.git", "-", "::1", 0, "/app.git", NULL },
	{ "another scheme", "git+ssh://git@example.com/app.git", "git", "example.com", 0,
		"/app.git", NULL },
	{ "git", "git://example.com/app.git", "-", "example.com", 0, "/app.git", NULL },
	{ "git with a port", "git://example.com:1234/app.git", "-", "example.com", 1234, "/app.git",
		NULL },
};

static void parse(void **state)
{
	const struct row *row = *state;
	auto_address struct address address = { 0 };
	struct err err = { 0 };

	assert_int_equal(
		address_parse(&address, &(struct place){ row->uri, "source.uri" }, &err), 0);
	assert_string_equal(address.user ? address.user : "-", row->user);
	assert_string_equal(address.host, row->host);
	assert_int_equal(address.port, row->port);
	assert_string_equal(address.path, row->path);
	assert_string_equal(address.shown, row->shown ? row->shown : row->uri);
}

#define MALFORMED \
	"source.uri: is malformed: 'ssh://user@host:port/path' or 'user@host:path' is expected"
#define HARMFUL \
	"source.uri: its user, host and path may not begin with '-' or hold control characters"

static const struct refused {
	const char *name;
	const char *uri;
	const char *message;
} refused[] = {
	{ "no path", "ssh://example.com", MALFORMED },
	{ "no host", "ssh:///app.git", MALFORMED },
	{ "no host behind the user", "ssh://git@/app.git", MALFORMED },
	{ "a port that is none", "ssh://example.com:ssh/app.git", MALFORMED },
	{ "port 0", "ssh://example.com:0/app.git", MALFORMED },
	{ "a port that is too large", "ssh://example.com:65536/app.git", MALFORMED },
	{ "an open bracket", "ssh://[::1/app.git", MALFORMED },
	{ "something behind a bracket", "ssh://[::1]x/app.git", MALFORMED },
	{ "an empty path", "git@example.com:", "source.uri: names no repository behind the host" },
	{ "the root alone", "ssh://example.com/",
		"source.uri: names no repository behind the host" },
	{ "a host like an option", "ssh://-oProxyCommand=x/app.git", HARMFUL },
	{ "a user like an option", "-oX=y@example.com:app.git", HARMFUL },
	{ "a path like an option", "git@example.com:--upload-pack=x", HARMFUL },
	{ "a line break in the path", "git://example.com/app%0agit", HARMFUL },
	{ "scp with a password", "git:s3cret@example.com:app.git",
		"source.uri: holds a password, which SSH does not take: write 'user@host:path'" },
	{ "a line break in the host", "git://exa%0ample.com/app", HARMFUL },
	{ "a blank in the host", "ssh://exa%20mple.com/app", HARMFUL },
};

static void refuse(void **state)
{
	const struct refused *row = *state;
	struct address address = { 0 };
	struct err err = { 0 };

	assert_failed(address_parse(&address, &(struct place){ row->uri, "source.uri" }, &err),
		&err, ERR_CONFIG, row->message);
	assert_null(address.host);
	assert_null(address.shown);
}

static const struct form {
	const char *name;
	const char *uri;
	bool is_scp;
} forms[] = {
	{ "host and path", "example.com:app.git", true },
	{ "user, host and path", "git@example.com:app.git", true },
	{ "brackets", "[::1]:app.git", true },
	{ "user and brackets", "git@[::1]:app.git", true },
	{ "a path", "/srv/app.git", false },
	{ "a relative path", "app.git", false },
	{ "a path with a colon", "/srv/a:b", false },
	{ "a relative path with a colon", "./a:b", false },
	{ "a colon in front", ":app.git", false },
	{ "brackets in a path", "/srv/[a]:b", false },
	{ "brackets that do not close", "[app.git", false },
};

static void is_scp(void **state)
{
	const struct form *row = *state;

	assert_int_equal(address_is_scp(row->uri), row->is_scp);
}

int main(void)
{
	UNIT_ROWS(parse, rows);
	UNIT_ROWS(refuse, refused);
	UNIT_ROWS(is_scp, forms);
	return unit_run();
}
