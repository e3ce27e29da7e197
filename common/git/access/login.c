/* SPDX-License-Identifier: Apache-2.0 */
/* login: who we are to one place over HTTP. */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "git/access/app.h"
#include "git/access/login.h"
#include "git/access/urlmatch.h"

static const char of_source[] = "'source.username' and 'source.password'";
static const char of_items[] = "'source.submodule_credentials'";

void login_release(struct login *login)
{
	free(login->url);
	free(login->username);
	secret_free(login->password);
	strings_release(&login->headers);
	*login = (struct login){ 0 };
}

static bool names_server(const char *text, const struct place_server *server)
{
	auto_free char *host = NULL;
	unsigned port;
	unsigned its_own = strcmp(server->scheme, "https") == 0 ? 443 : 80;

	return place_host_read(text, &host, &port) && strcmp(host, server->host) == 0 &&
		(!port || port == (server->port ? server->port : its_own));
}

/* The server of source.uri: over TLS, unless source.uri itself goes without. */
static bool is_at(const struct place_server *home, const struct place_server *server)
{
	bool home_is_http = home->host &&
		(strcmp(home->scheme, "https") == 0 || strcmp(home->scheme, "http") == 0);

	if (!home->host || strcmp(home->host, server->host) != 0)
		return false;
	if (!home_is_http)
		return strcmp(server->scheme, "https") == 0 && !server->port;
	return home->port == server->port &&
		(strcmp(home->scheme, "http") == 0 || strcmp(server->scheme, "https") == 0);
}

static bool is_home(const struct access *access, const struct place_server *server)
{
	return is_at(&access->homes[0], server) || is_at(&access->homes[1], server);
}

/* Whether what source says of itself, without naming a host, is for that server. */
static bool is_for(const struct access *access, const struct place_server *server)
{
	const struct strings *hosts = &access->source->credential_hosts;

	for (size_t i = 0; i < hosts->count; i++)
		if (names_server(hosts->items[i], server))
			return true;
	return !hosts->count && is_home(access, server);
}

/* A uri may name the user alone: then the password must be that user's. */
static bool is_user(const struct login *login, const char *username)
{
	return !login->username || !username || !*username ||
		strcmp(login->username, username) == 0;
}

static void take(struct login *login, const char *username, const struct secret *password)
{
	login->auth.username = login->username ? login->username : username ? username : "";
	login->auth.password = password;
	login->known = true;
}

static bool take_of_host(
	struct login *login, const struct access *access, const struct place_server *server)
{
	const struct list *items = &access->source->submodule_credentials;
	const struct git_submodule_credential *all = items->items;

	for (size_t i = 0; i < items->count; i++) {
		if (!all[i].host || !names_server(all[i].host, server) ||
			!is_user(login, all[i].username))
			continue;
		take(login, all[i].username, all[i].password);
		login->fields = of_items;
		return true;
	}
	return false;
}

/* The token is asked for when a request is made. */
static void take_app(struct login *login, struct app *app)
{
	login->app = app;
	login->known = true;
}

static void choose(
	struct login *login, const struct access *access, const struct place_server *server)
{
	const struct git_source *source = access->source;

	login->fields = is_for(access, server) ? of_source : of_items;
	if (login->password)
		take(login, "", login->password);
	else if (take_of_host(login, access, server))
		return;
	else if (access->app && is_home(access, server) && strcmp(server->scheme, "https") == 0)
		take_app(login, access->app);
	else if ((source->username || source->password) && is_for(access, server) &&
		is_user(login, source->username))
		take(login, source->username, source->password);
	else if (login->username)
		take(login, "", NULL);
}

/* A header may be what proves who we are. */
static void hide(const char *header)
{
	const size_t shortest = 8; /* a shorter one is no secret, and a word of any log */
	struct span value = span_of(header), word;

	if (!span_take_until(&value, ":", &word))
		return;
	(void)span_take(&value, ":");
	value = span_trim(value);
	if (value.length >= shortest)
		log_hide(value);
	word = value;
	while (word.length && !memchr(" \t", word.data[word.length - 1], 2))
		word.length--;
	value.data += word.length;
	value.length -= word.length;
	if (value.length >= shortest)
		log_hide(value);
}

static int add_headers(struct login *login, const struct access *access,
	const struct place_server *server, const char *url, struct err *err)
{
	const struct list *settings = &access->source->git_config;
	const struct git_setting *agent = urlmatch_find(settings, "useragent", url);

	urlmatch_list(&login->headers, settings, "extraheader", url, is_for(access, server));
	for (size_t i = 0; i < login->headers.count; i++) {
		hide(login->headers.items[i]);
		if (!strchr(login->headers.items[i], ':') ||
			strpbrk(login->headers.items[i], "\r\n"))
			return err_set(err, ERR_CONFIG,
				"source.git_config: http.extraHeader must be 'Name: value'");
	}
	if (agent && *setting_value(agent)) {
		auto_free char *line = mem_format("User-Agent: %s", setting_value(agent));

		strings_add(&login->headers, span_of(line));
	}
	return 0;
}

int login_open(
	struct login *login, struct access *access, const struct place *place, struct err *err)
{
	auto_login struct login opened = { 0 };
	auto_place_server struct place_server server = { 0 };

	if (http_split_userinfo(place->uri, &opened.url, &opened.username, &opened.password, err) <
		0)
		return err_wrap(err, "%s", place->field);
	if (!place_server_read(&server, opened.url))
		return err_set(err, ERR_CONFIG, "%s: the URL is malformed", place->field);
	choose(&opened, access, &server);
	if (add_headers(&opened, access, &server, place->uri, err) < 0)
		return -1;
	*login = opened;
	opened = (struct login){ 0 };
	return 0;
}

int login_authorize(struct login *login, struct http_request *request, struct err *err)
{
	request->auth = login->known ? &login->auth : NULL;
	request->more_headers = login->headers.count ? &login->headers : NULL;
	return login->app ? app_authorize(login->app, &request->auth, &login->renewals, err) : 0;
}

bool login_worth_again(struct login *login, int status)
{
	return login->app && app_worth_again(login->app, login->renewals, status);
}
