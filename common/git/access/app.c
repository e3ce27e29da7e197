/* SPDX-License-Identifier: Apache-2.0 */
/* app: access tokens of a GitHub App. */
#include <jansson.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "git/access/app.h"
#include "net/jwt.h"

struct app {
	struct access *access;
	const struct git_source *source;
	char *api;
	int64_t installation; /* 0: not known yet */
	struct secret *token;
	struct http_auth auth;
	int64_t due_ms; /* when the next token is due, on the monotonic clock */
	unsigned renewals;
	bool renewed_again; /* because the one before was refused, and none was accepted since */
};

void app_free(struct app *app)
{
	if (!app)
		return;
	secret_free(app->token);
	free(app->api);
	free(app);
}

char *app_api(const struct place_server *server)
{
	struct span host = span_of(server->host);
	bool bare_ipv6 = strchr(server->host, ':') != NULL;
	auto_free char *port = server->port ? mem_format(":%u", server->port) : mem_copy_string("");

	if (!server->port && (span_is(host, "github.com") || span_ends(host, ".ghe.com")))
		return mem_format("https://api.%s", server->host);
	return mem_format("https://%s%s%s%s/api/v3", bare_ipv6 ? "[" : "", server->host,
		bare_ipv6 ? "]" : "", port);
}

/* They become parts of the API's URLs. */
static int check_name(const char *name, const char *field, struct err *err)
{
	static const char good[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				   "0123456789-_.";

	if (!git_given(name) || (name[strspn(name, good)] == '\0' && strspn(name, ".") == 0))
		return 0;
	return err_set(err, ERR_CONFIG, "source.%s: '%s' is not a name of GitHub's", field, name);
}

static int check(const struct git_source *source, const char *uri, struct err *err)
{
	bool has_org = git_given(source->github_app_org) != NULL,
	     has_user = git_given(source->github_app_user) != NULL;

	if (!git_given(source->github_app_id) || !secret_length(source->github_app_private_key) ||
		has_org == has_user)
		return err_set(err, ERR_CONFIG,
			"source.github_app_id: a GitHub App needs github_app_id, "
			"github_app_private_key and either github_app_org or github_app_user");
	if (!span_starts(span_of(uri), "https://"))
		return err_set(err, ERR_CONFIG,
			"source.github_app_id: a GitHub App needs a 'source.uri' of https://");
	if ((source->username || source->password) && !source->credential_hosts.count)
		return err_set(err, ERR_CONFIG,
			"source.github_app_id: username and password are for the same host: leave "
			"them out, or name their hosts in credential_hosts");
	if (check_name(source->github_app_org, "github_app_org", err) < 0 ||
		check_name(source->github_app_user, "github_app_user", err) < 0)
		return -1;
	return check_name(source->github_app_repo, "github_app_repo", err);
}

int app_open(struct app **app, struct access *access, const struct git_source *source,
	const char *uri, struct err *err)
{
	auto_place_server struct place_server server = { 0 };
	struct app *opened;

	*app = NULL;
	if (!git_given(source->github_app_id) && !source->github_app_private_key &&
		!git_given(source->github_app_org) && !git_given(source->github_app_user) &&
		!git_given(source->github_app_repo))
		return 0;
	if (check(source, uri, err) < 0)
		return -1;
	if (!place_server_read(&server, uri))
		return err_set(err, ERR_CONFIG, "source.uri: the URL is malformed");
	opened = mem_alloc(sizeof(*opened));
	opened->access = access;
	opened->source = source;
	opened->api = app_api(&server);
	opened->auth.username = "x-access-token";
	*app = opened;
	return 0;
}

/* Good for ten minutes at most, and from a little ago, as clocks differ. */
static int sign(struct secret **jwt, const struct app *app, struct err *err)
{
	json_int_t now = clock_wall_ms() / 1000;
	json_auto_t *claims = json_pack("{s:s, s:I, s:I}", "iss", app->source->github_app_id, "iat",
		now - 60, "exp", now + 540);

	if (!claims)
		return err_set(err, ERR_CONFIG, "source.github_app_id: is not UTF-8 text");
	if (jwt_sign(jwt, claims, NULL, app->source->github_app_private_key, err) < 0)
		return err_wrap(err, "source.github_app_private_key");
	return 0;
}

static int refused(const struct app *app, const char *url, const struct http_response *response,
	struct err *err)
{
	const struct git_source *source = app->source;
	const char *owner = git_given(source->github_app_org) ? source->github_app_org
							      : source->github_app_user;

	if (response->status == 401)
		return err_set(err, ERR_AUTH,
			"%s: GitHub does not accept source.github_app_private_key for the App '%s' "
			"(401)",
			app->api, source->github_app_id);
	if (response->status == 404)
		return err_set(err, ERR_AUTH,
			"%s: the GitHub App '%s' is not installed for '%s%s%s' (404)", app->api,
			source->github_app_id, owner, git_given(source->github_app_repo) ? "/" : "",
			git_given(source->github_app_repo) ? source->github_app_repo : "");
	return http_status_error(url, response->status, buf_span(&response->body), err);
}

/* One question of the API, whose answer is the caller's. */
static int ask(struct http_response *response, struct app *app, enum http_method method,
	const char *path, struct err *err)
{
	static const char *const headers[] = { "Accept: application/vnd.github+json", NULL };
	auto_free char *url = mem_format("%s%s", app->api, path);
	auto_secret struct secret *jwt = NULL;
	struct http_auth auth = { 0 };
	const struct http_request request = {
		.method = method,
		.url = url,
		.auth = &auth,
		.headers = headers,
		.repeatable = true,
	};
	struct http *http;

	if (sign(&jwt, app, err) < 0 || access_http(&http, app->access, url, err) < 0)
		return -1;
	auth.bearer = jwt;
	if (http_fetch(http, &request, response, err) < 0)
		return -1;
	return response->status < 300 ? 0 : refused(app, url, response, err);
}

int app_read_installation(struct span body, int64_t *id, struct err *err)
{
	json_auto_t *answer = json_loadb(body.length ? body.data : "", body.length, 0, NULL);
	json_int_t value = json_integer_value(json_object_get(answer, "id"));

	if (value <= 0)
		return err_set(err, ERR_REMOTE, "the answer holds no id of an installation");
	*id = value;
	return 0;
}

static bool is_printable(struct span text)
{
	for (size_t i = 0; i < text.length; i++)
		if (text.data[i] <= ' ' || text.data[i] > '~')
			return false;
	return text.length > 0;
}

int app_read_token(struct span body, struct secret **token, int64_t *end_ms, struct err *err)
{
	json_auto_t *answer = json_loadb(body.length ? body.data : "", body.length, 0, NULL);
	json_t *value = json_object_get(answer, "token");
	struct span text = { json_string_value(value), json_string_length(value) };
	const char *end = json_string_value(json_object_get(answer, "expires_at"));
	int64_t read_ms;

	if (!is_printable(text) || !clock_parse_rfc3339(span_of(end), &read_ms))
		return err_set(err, ERR_REMOTE, "the answer holds no token");
	*token = secret_new(text);
	*end_ms = read_ms;
	return 0;
}

static int find_installation(struct app *app, struct err *err)
{
	auto_response struct http_response response = { .body = BUF(LIMIT_TOKEN_ANSWER) };
	const struct git_source *source = app->source;
	bool is_org = git_given(source->github_app_org) != NULL;
	const char *owner = is_org ? source->github_app_org : source->github_app_user;
	auto_free char *path = git_given(source->github_app_repo)
		? mem_format("/repos/%s/%s/installation", owner, source->github_app_repo)
		: mem_format("/%s/%s/installation", is_org ? "orgs" : "users", owner);

	if (app->installation)
		return 0;
	if (ask(&response, app, HTTP_GET, path, err) < 0)
		return -1;
	if (app_read_installation(buf_span(&response.body), &app->installation, err) < 0)
		return err_wrap(err, "%s", app->api);
	return 0;
}

static int renew(struct app *app, struct err *err)
{
	auto_response struct http_response response = { .body = BUF_SECRET(LIMIT_TOKEN_ANSWER) };
	auto_free char *path = NULL;
	struct secret *token;
	int64_t end_ms, left_ms;

	if (find_installation(app, err) < 0)
		return -1;
	path = mem_format("/app/installations/%lld/access_tokens", (long long)app->installation);
	if (ask(&response, app, HTTP_POST, path, err) < 0)
		return -1;
	if (app_read_token(buf_span(&response.body), &token, &end_ms, err) < 0)
		return err_wrap(err, "%s", app->api);
	secret_free(app->token);
	app->token = token;
	app->auth.password = token;
	left_ms = end_ms - clock_wall_ms();
	app->due_ms = clock_monotonic_ms() + left_ms -
		(left_ms / 4 < TOKEN_MARGIN_MS ? left_ms / 4 : TOKEN_MARGIN_MS);
	app->renewals++;
	log_debug("a new token of the GitHub App, good for %lld s", (long long)(left_ms / 1000));
	return 0;
}

int app_authorize(
	struct app *app, const struct http_auth **auth, unsigned *renewals, struct err *err)
{
	if ((!app->token || clock_monotonic_ms() >= app->due_ms) && renew(app, err) < 0)
		return -1;
	*auth = &app->auth;
	*renewals = app->renewals;
	return 0;
}

bool app_worth_again(struct app *app, unsigned renewals, int status)
{
	if (status != 401) {
		app->renewed_again = false;
		return false;
	}
	if (renewals != app->renewals)
		return true;
	if (app->renewed_again)
		return false;
	app->renewed_again = true;
	app->due_ms = 0;
	return true;
}
