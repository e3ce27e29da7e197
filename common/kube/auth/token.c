/* SPDX-License-Identifier: Apache-2.0 */
/* token: what OAuth's token endpoints are asked, and what they answer. */
#include <jansson.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "net/jwt.h"
#include "net/url.h"
#include "kube/auth/token.h"

void token_answer_release(struct token_answer *answer)
{
	secret_free(answer->access_token);
	secret_free(answer->id_token);
	secret_free(answer->refresh_token);
	*answer = (struct token_answer){ 0 };
}

bool token_is_good(struct span text)
{
	for (size_t i = 0; i < text.length; i++)
		if (text.data[i] <= ' ' || text.data[i] > '~')
			return false;
	return text.length > 0 && text.length <= LIMIT_TOKEN;
}

static int take_token(json_t *answer, const char *key, struct secret **token, struct err *err)
{
	json_t *value = json_object_get(answer, key);
	struct span text = { json_string_value(value), json_string_length(value) };

	if (!value || json_is_null(value) || (json_is_string(value) && !text.length))
		return 0;
	if (!json_is_string(value) || !token_is_good(text))
		return err_set(err, ERR_REMOTE, "the answer's %s is not a token", key);
	*token = secret_new(text);
	return 0;
}

/* Seconds, as a number or, of some servers, as a text of it. */
static int64_t lifetime_of(json_t *value)
{
	const int64_t longest_s = 100LL * 365 * 24 * 3600;
	struct span text = { json_string_value(value), json_string_length(value) };
	double seconds = json_number_value(value);
	uint64_t number;

	if (json_is_string(value) && span_take_number(&text, (uint64_t)longest_s, &number) &&
		!text.length)
		return (int64_t)number * 1000;
	if (!json_is_number(value) || !(seconds >= 0 && seconds <= (double)longest_s))
		return -1;
	return (int64_t)(seconds * 1000);
}

int token_answer_read(struct token_answer *answer, struct span body, struct err *err)
{
	json_auto_t *json = json_loadb(body.length ? body.data : "", body.length, 0, NULL);
	auto_token_answer struct token_answer read = { 0 };

	if (!json_is_object(json))
		return err_set(err, ERR_REMOTE, "the answer is not a JSON object");
	if (take_token(json, "access_token", &read.access_token, err) < 0 ||
		take_token(json, "id_token", &read.id_token, err) < 0 ||
		take_token(json, "refresh_token", &read.refresh_token, err) < 0)
		return -1;
	read.lifetime_ms = lifetime_of(json_object_get(json, "expires_in"));
	*answer = read;
	read = (struct token_answer){ 0 };
	return 0;
}

static int read_response(
	struct token_answer *answer, const struct http_response *response, struct err *err)
{
	if (response->status >= 300) {
		(void)http_status_error(
			"no token", response->status, buf_span(&response->body), err);
		/* 400 is how OAuth says that the credentials are wrong: invalid_grant, RFC 6749 5.2 */
		if (response->status == 400)
			err->kind = ERR_AUTH;
		return -1;
	}
	return token_answer_read(answer, buf_span(&response->body), err);
}

int token_ask(struct token_answer *answer, struct http *http, const char *url,
	const struct kube_parameter *form, const struct http_auth *auth, struct err *err)
{
	static const char *const headers[] = { "Accept: application/json", NULL };
	auto_response struct http_response response = { .body = BUF_SECRET(LIMIT_TOKEN_ANSWER) };
	auto_buf struct buf body = BUF_SECRET(LIMIT_TOKEN_ANSWER);
	auto_free char *shown = http_show_url(url);
	struct http_request request = {
		.method = HTTP_POST,
		.url = url,
		.auth = auth,
		.headers = headers,
		.content_type = "application/x-www-form-urlencoded",
		.repeatable = true,
		.no_redirects = true,
	};
	int status;

	if (path_add_parameters(&body, "", form) < 0)
		return err_set(err, ERR_CONFIG, "%s: the credentials are too long", shown);
	request.body = buf_span(&body);
	status = http_fetch(http, &request, &response, err);
	if (status == 0 && read_response(answer, &response, err) < 0)
		status = err_wrap(err, "%s", shown);
	return status;
}

int token_ask_bearer(struct kube_bearer *bearer, struct http *http, const char *url,
	const struct kube_parameter *form, const char *where, struct err *err)
{
	auto_token_answer struct token_answer answer = { 0 };

	if (token_ask(&answer, http, url, form, NULL, err) < 0)
		return err_wrap(err, "%s", where);
	if (!answer.access_token)
		return err_set(err, ERR_REMOTE, "%s: the answer holds no access_token", where);
	bearer->token = TAKE(answer.access_token);
	bearer->lifetime_ms = answer.lifetime_ms;
	return 0;
}

void token_hide_encoded(const struct secret *secret)
{
	auto_buf struct buf text = BUF_SECRET(LIMIT_TOKEN_ANSWER);

	if (secret && url_add_encoded(&text, secret_reveal(secret)) == 0)
		log_hide(buf_span(&text));
}

int64_t token_lifetime_ms(const struct secret *token)
{
	struct span text = { secret_reveal(token), secret_length(token) };
	int64_t end_ms;
	int64_t left;

	if (!token || !jwt_end_ms(text, &end_ms))
		return -1;
	left = end_ms - clock_wall_ms();
	return left > 0 ? left : 0;
}

int token_check_url(const char *url, const char *field, struct err *err)
{
	if (!span_starts(span_of(url), "https://") || strpbrk(url, "?#@ "))
		return err_set(err, ERR_CONFIG,
			"%s: must be an https URL without user, query and fragment", field);
	return 0;
}
