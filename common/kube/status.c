/* SPDX-License-Identifier: Apache-2.0 */
/* status: the API server's way to say no, as one of our errors. */
#include "base/mem.h"
#include "kube/status.h"
#include "net/http.h"

/* What the API server cannot do now it may do in a moment, and what it cannot take is the author's. */
static enum err_kind kind_of(int code)
{
	if (code == 400 || code == 422)
		return ERR_CONFIG;
	return code >= 500 ? ERR_NETWORK : http_status_kind(code);
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

static int set(int code, const char *words, struct err *err)
{
	if (code == 401)
		return err_set(
			err, ERR_AUTH, "the API server does not accept the credentials (401)");
	return err_set(err, kind_of(code), "%s (%d)",
		words && *words ? words : "the API server refused", code);
}

int status_object_error(json_t *status, struct err *err)
{
	json_t *code = json_object_get(status, "code");

	return set(json_is_integer(code) ? (int)json_integer_value(code) : 500,
		json_string_value(json_object_get(status, "message")), err);
}

int status_error(int http_status, struct span body, const char *api, struct err *err)
{
	json_auto_t *status = json_loadb(body.data, body.length, 0, NULL);
	auto_free char *words = http_status_words(body);

	if (http_status == 404 && names_no_object(status))
		return refuse_unserved(api, err);
	return set(http_status, words, err);
}
