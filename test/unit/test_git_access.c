/* SPDX-License-Identifier: Apache-2.0 */
/* access: which credentials, keys and addresses hold for which place. */
#include "unit.h"

#include "git/access/login.h"

/* A source of JSON text, which the tables read as they do a request's. */
static void read_source(struct git_source *source, const char *text)
{
	json_auto_t *object = json_loads(text, 0, NULL);
	struct err err = { 0 };

	assert_non_null(object);
	assert_int_equal(
		schema_parse(git_source_fields, UNKNOWN_REFUSED, "source", object, source, &err),
		0);
}

#define HOME "\"uri\": \"https://git.example.com/app\""
#define USER "\"username\": \"ci\", \"password\": \"SECRET-1\""
#define ITEMS                                                                                       \
	"\"submodule_credentials\": [{\"host\": \"other.example.com\", \"username\": \"o\","        \
	" \"password\": \"SECRET-2\"}, {\"host\": \"other.example.com:8443\", \"username\": \"p\"," \
	" \"password\": \"SECRET-3\"}, {\"host\": \"OTHER.example.com\", \"username\": \"q\","      \
	" \"password\": \"SECRET-4\"}]"

static const struct row {
	const char *name;
	const char *source;
	const char *uri;
	const char *login; /* "user:password"; NULL: none is sent */
} rows[] = {
	{ "nothing given", HOME, "https://git.example.com/app", NULL },
	{ "at the host of uri", HOME ", " USER, "https://git.example.com/app", "ci:SECRET-1" },
	{ "at another path", HOME ", " USER, "https://GIT.example.com/lib.git", "ci:SECRET-1" },
	{ "at the same port, named", HOME ", " USER, "https://git.example.com:443/a",
		"ci:SECRET-1" },
	{ "not at another port", HOME ", " USER, "https://git.example.com:8443/app", NULL },
	{ "not at another host", HOME ", " USER, "https://evil.example.com/app", NULL },
	{ "not at a longer name", HOME ", " USER, "https://git.example.com.evil.org/app", NULL },
	{ "not in the clear", HOME ", " USER, "http://git.example.com/app", NULL },
	{ "in the clear, as uri", "\"uri\": \"http://git.example.com/app\", " USER,
		"http://git.example.com/lib", "ci:SECRET-1" },
	{ "from the clear to TLS", "\"uri\": \"http://git.example.com/app\", " USER,
		"https://git.example.com/lib", "ci:SECRET-1" },
	{ "uri over SSH", "\"uri\": \"git@git.example.com:app\", " USER,
		"https://git.example.com/lib", "ci:SECRET-1" },
	{ "uri over SSH, in the clear", "\"uri\": \"ssh://git@git.example.com/app\", " USER,
		"http://git.example.com/lib", NULL },
	{ "uri over SSH, another port", "\"uri\": \"ssh://git@git.example.com/app\", " USER,
		"https://git.example.com:8443/lib", NULL },
	{ "a path for uri", "\"uri\": \"/srv/app\", " USER, "https://git.example.com/app", NULL },
	{ "no user", HOME ", \"password\": \"SECRET-1\"", "https://git.example.com/a",
		":SECRET-1" },
	{ "no password", HOME ", \"username\": \"token\"", "https://git.example.com/a", "token:" },
	{ "credential_hosts: another", HOME ", " USER ", \"credential_hosts\": \"a.org\"",
		"https://git.example.com/app", NULL },
	{ "credential_hosts: that", HOME ", " USER ", \"credential_hosts\": [\"b.org\", \"a.org\"]",
		"https://a.org/app", "ci:SECRET-1" },
	{ "credential_hosts: any port", HOME ", " USER ", \"credential_hosts\": \"a.org\"",
		"http://a.org:8080/app", "ci:SECRET-1" },
	{ "credential_hosts: that port", HOME ", " USER ", \"credential_hosts\": \"a.org:443\"",
		"https://a.org/app", "ci:SECRET-1" },
	{ "credential_hosts: another port", HOME ", " USER ", \"credential_hosts\": \"a.org:443\"",
		"http://a.org/app", NULL },
	{ "credential_hosts: IPv6", HOME ", " USER ", \"credential_hosts\": \"[::1]:8443\"",
		"https://[::1]:8443/app", "ci:SECRET-1" },
	{ "an item: the first", HOME ", " USER ", " ITEMS, "https://other.example.com/a",
		"o:SECRET-2" },
	{ "an item: any port", HOME ", " USER ", " ITEMS, "https://other.example.com:8443/a",
		"o:SECRET-2" },
	{ "an item: of the user", HOME ", " USER ", " ITEMS, "https://q@other.example.com/a",
		"q:SECRET-4" },
	{ "an item: of no such user", HOME ", " USER ", " ITEMS, "https://z@other.example.com/a",
		"z:" },
	{ "an item before the rest", "\"uri\": \"https://other.example.com/app\", " USER ", " ITEMS,
		"https://other.example.com/app", "o:SECRET-2" },
	{ "userinfo before all", HOME ", " USER, "https://x:SECRET%2D9@git.example.com/app",
		"x:SECRET-9" },
	{ "userinfo, a password alone", HOME, "https://:SECRET-9@git.example.com/a", ":SECRET-9" },
	{ "userinfo, the user alone", HOME ", " USER, "https://ci@git.example.com/a",
		"ci:SECRET-1" },
	{ "userinfo, another user", HOME ", " USER, "https://me@git.example.com/a", "me:" },
	{ "userinfo, the user of a password", HOME ", \"password\": \"SECRET-1\"",
		"https://me@git.example.com/a", "me:SECRET-1" },
	{ "uri that is rewritten",
		HOME ", " USER
		     ", \"git_config\": [{\"name\": \"url.https://mirror.org/.insteadOf\","
		     " \"value\": \"https://git.example.com/\"}]",
		"https://mirror.org/app", "ci:SECRET-1" },
};

static void log_in(void **state)
{
	const struct row *row = *state;
	auto_free char *text = mem_format("{%s}", row->source);
	const struct place place = { row->uri, "source.uri", NULL };
	struct git_source source = { 0 };
	auto_access struct access access = { 0 };
	auto_login struct login login = { 0 };
	auto_free char *sent = NULL;
	struct http_request request = { 0 };
	struct err err = { 0 };

	read_source(&source, text);
	assert_int_equal(access_open(&access, &source, &err), 0);
	assert_int_equal(login_open(&login, &access, &place, &err), 0);
	assert_int_equal(login_authorize(&login, &request, &err), 0);
	if (request.auth)
		sent = mem_format("%s:%s", request.auth->username,
			request.auth->password ? secret_reveal(request.auth->password) : "");
	assert_string_equal(sent ? sent : "none", row->login ? row->login : "none");
	assert_null(strchr(login.url, '@'));
	access_release(&access);
	schema_release(git_source_fields, &source);
}

static const struct refused {
	const char *name;
	const char *source;
	const char *message;
} refused[] = {
	{ "a URL for a host", "\"credential_hosts\": [\"a.org\", \"https://b.org\"]",
		"source.credential_hosts[1]: must be a host or host:port, such as git.example.com" },
	{ "an item without its password",
		"\"submodule_credentials\": [{\"host\": \"a.org\", \"username\": \"x\"}]",
		"source.submodule_credentials[0]: must hold host, username and password, or url and "
		"private_key" },
	{ "an item without its key", "\"submodule_credentials\": [{\"url\": \"git@a.org:x\"}]",
		"source.submodule_credentials[0]: must hold host, username and password, or url and "
		"private_key" },
	{ "an item of nothing", "\"submodule_credentials\": [{}]",
		"source.submodule_credentials[0]: must hold host, username and password, or url and "
		"private_key" },
	{ "an item's host with a path",
		"\"submodule_credentials\": [{\"host\": \"a.org/x\", \"username\": \"x\","
		" \"password\": \"SECRET-1\"}]",
		"source.submodule_credentials[0].host: must be a host or host:port, such as "
		"git.example.com" },
};

static void refuse(void **state)
{
	const struct refused *row = *state;
	auto_free char *text = mem_format("{%s, %s}", HOME, row->source);
	struct git_source source = { 0 };
	struct access access = { 0 };
	struct err err = { 0 };

	read_source(&source, text);
	assert_failed(access_open(&access, &source, &err), &err, ERR_CONFIG, row->message);
	schema_release(git_source_fields, &source);
}

#define KEYS                                                                                   \
	"{\"uri\": \"git@git.example.com:app\", \"private_key\": \"SECRET-main\","             \
	" \"submodule_credentials\": [{\"host\": \"a.org\", \"username\": \"x\","              \
	" \"password\": \"SECRET-1\"}, {\"url\": \"../lib\", \"private_key\": \"SECRET-lib\"," \
	" \"private_key_passphrase\": \"SECRET-pass\"}]}"

static void choose_key(void **state)
{
	static const struct {
		struct place place;
		const char *key, *where;
	} all[] = {
		{ { "git@git.example.com:app", "source.uri", NULL }, "SECRET-main", "source" },
		{ { "git@git.example.com:lib", "x", "../lib" }, "SECRET-lib",
			"source.submodule_credentials[1]" },
		{ { "git@git.example.com:lib", "x", "../lib.git" }, "SECRET-main", "source" },
	};
	struct git_source source = { 0 };
	auto_access struct access access = { 0 };
	struct err err = { 0 };

	(void)state;
	read_source(&source, KEYS);
	assert_int_equal(access_open(&access, &source, &err), 0);
	for (size_t i = 0; i < COUNT(all); i++) {
		struct access_ssh ssh = access_ssh(&access, &all[i].place);
		auto_free char *where = ssh.where;

		assert_string_equal(secret_reveal(ssh.private_key), all[i].key);
		assert_string_equal(where, all[i].where);
		assert_ptr_equal(ssh.trust, &access.trust);
	}
	access_release(&access);
	schema_release(git_source_fields, &source);
}

static void show(void **state)
{
	static const struct {
		const char *uri, *shown;
	} all[] = {
		{ "https://ci:SECRET-1@git.example.com/app.git",
			"https://git.example.com/app.git" },
		{ "https://git.example.com/app.git?token=SECRET-1",
			"https://git.example.com/app.git" },
		{ "ssh://git:SECRET-1@git.example.com/app", "ssh://git@git.example.com/app" },
		{ "git@git.example.com:app.git", "git@git.example.com:app.git" },
		{ "ssh://git:SECRET-1@git.example.com", "ssh://git.example.com/" },
		{ "/srv/a@b/app", "/srv/a@b/app" },
		{ "file:///srv/a@b/app", "file:///srv/a@b/app" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(all); i++) {
		auto_free char *shown = access_show(all[i].uri);

		assert_string_equal(shown, all[i].shown);
	}
}

int main(void)
{
	UNIT_ROWS(log_in, rows);
	UNIT_ROWS(refuse, refused);
	UNIT_TEST(choose_key);
	UNIT_TEST(show);
	return unit_run();
}
