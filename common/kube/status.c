/* SPDX-License-Identifier: Apache-2.0 */
/* status: the API server's way to say no, as one of our errors. */
#include "base/mem.h"
#include "base/utf8.h"
#include "kube/status.h"

static enum err_kind kind_of(int code)
{
	switch (code) {
	case 400:
	case 422:
		return ERR_CONFIG;
	case 401:
	case 403:
		return ERR_AUTH;
	case 404:
		return ERR_MISSING;
	case 409:
		return ERR_CONFLICT;
	case 410:
		return ERR_EXPIRED;
	case 429:
		return ERR_NETWORK;
	default:
		return code >= 500 ? ERR_NETWORK : ERR_REMOTE;
	}
}

/* The words in one line: a webhook's denial has several. The caller frees. */
static char *one_line(struct span text)
{
	char *line = utf8_clean(span_trim(text));

	for (char *c = line; *c; c++)
		if ((unsigned char)*c < ' ')
			*c = ' ';
	return line;
}

/* An unknown group or version is answered by a 404 that names no object. */
static bool names_no_object(json_t *status)
{
	return !json_string_length(json_object_get(json_object_get(status, "details"), "name"));
}

static int refuse_unserved(const char *api, struct err *err)
{
	struct span group = span_of(api);

	(void)span_take(&group, "apis/");
	return err_set(err, ERR_UNSERVED,
		"the API server does not serve %.*s (404), is it installed there?",
		SPAN_FORMAT(group));
}

static int set(int code, struct span words, struct err *err)
{
	auto_free char *line = one_line(words);

	if (code == 401)
		return err_set(
			err, ERR_AUTH, "the API server does not accept the credentials (401)");
	return err_set(
		err, kind_of(code), "%s (%d)", *line ? line : "the API server refused", code);
}

int status_object_error(json_t *status, struct err *err)
{
	json_t *code = json_object_get(status, "code");
	json_t *message = json_object_get(status, "message");

	return set(json_is_integer(code) ? (int)json_integer_value(code) : 500,
		(struct span){ json_string_value(message), json_string_length(message) }, err);
}

int status_error(int http_status, struct span body, const char *api, struct err *err)
{
	json_error_t error;
	json_auto_t *status = json_loadb(body.data, body.length, 0, &error);
	json_t *message = json_object_get(status, "message");
	struct span words = body;

	if (json_is_string(message))
		words = (struct span){ json_string_value(message), json_string_length(message) };
	else if (!span_take_line(&body, &words))
		words = span_of("");
	if (http_status == 404 && names_no_object(status))
		return refuse_unserved(api, err);
	return set(http_status, words, err);
}
