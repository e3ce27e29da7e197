/* SPDX-License-Identifier: Apache-2.0 */
/* token: what a registry's Bearer challenge asks for: a token of another server, for pushing to one repository. */
#include <jansson.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"
#include "net/url.h"
#include "registry/parts.h"

/* "REALM?service=SERVICE&scope=repository:NAME:pull,push"; NULL where it is too long. */
static char *token_url(const struct registry *registry)
{
	const struct challenge *challenge = &registry->challenge;
	auto_free char *scope = mem_format("repository:%s:pull,push", registry->repository);
	auto_buf struct buf url = BUF(LIMIT_URL);
	const char *before = strchr(challenge->realm, '?') ? "&" : "?";

	if (buf_add_string(&url, challenge->realm) < 0)
		return NULL;
	if (challenge->service) {
		if (buf_format(&url, "%sservice=", before) < 0 ||
			url_add_encoded(&url, challenge->service) < 0)
			return NULL;
		before = "&";
	}
	if (buf_format(&url, "%sscope=", before) < 0 || url_add_encoded(&url, scope) < 0)
		return NULL;
	return buf_detach(&url);
}

/* Credentials go there: it must be as well guarded as the registry is. */
static int check_realm(const struct registry *registry, const char *shown, struct err *err)
{
	bool guarded = span_starts(span_of(registry->challenge.realm), "https://");

	if (!guarded && span_starts(span_of(registry->base), "https://"))
		return err_set(err, ERR_CONFIG,
			"%s: wants a token of %s, which is asked without TLS: nothing was sent",
			registry->shown, shown);
	return 0;
}

static int read_token(struct registry *registry, struct span body, struct err *err)
{
	json_auto_t *answer = json_loadb(body.length ? body.data : "", body.length, 0, NULL);
	json_t *token = json_object_get(answer, "token");
	json_t *lifetime = json_object_get(answer, "expires_in");
	double seconds = json_number_value(lifetime);
	int64_t lifetime_ms = REGISTRY_TOKEN_MS;

	if (!json_string_length(token))
		token = json_object_get(answer, "access_token");
	if (!json_string_length(token))
		return err_set(err, ERR_REMOTE, "the answer holds no token");
	if (seconds > 0 && seconds < 24.0 * 3600)
		lifetime_ms = (int64_t)(seconds * 1000);
	secret_free(registry->token);
	registry->token = secret_new(
		(struct span){ json_string_value(token), json_string_length(token) });
	registry->token_end_ms = clock_monotonic_ms() + lifetime_ms;
	return 0;
}

int registry_renew(struct registry *registry, struct err *err)
{
	const struct registry_source *source = registry->source;
	const struct http_auth auth = {
		.username = source ? source->username : NULL,
		.password = source ? source->password : NULL,
	};
	auto_response struct http_response response = { .body = BUF_SECRET(LIMIT_REGISTRY_ANSWER) };
	auto_free char *shown = http_show_url(registry->challenge.realm);
	auto_free char *url = token_url(registry);
	struct http_request request = {
		.method = HTTP_GET,
		.url = url,
		.auth = auth.password ? &auth : NULL,
		.repeatable = true,
	};

	if (check_realm(registry, shown, err) < 0)
		return -1;
	if (!url)
		return err_set(
			err, ERR_REMOTE, "%s: names too long a place of tokens", registry->shown);
	if (http_fetch(registry->http, &request, &response, err) < 0)
		return err_wrap(err, "%s: no token", registry->shown);
	if (response.status >= 300) {
		(void)http_status_error(shown, response.status, buf_span(&response.body), err);
		return err_wrap(err, "%s: no token", registry->shown);
	}
	if (read_token(registry, buf_span(&response.body), err) < 0)
		return err_wrap(err, "%s: %s", registry->shown, shown);
	return 0;
}
