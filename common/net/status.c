/* SPDX-License-Identifier: Apache-2.0 */
/* status: a status of 400 and above as an error, with the server's own words. */
#include <jansson.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "net/http.h"

static enum err_kind kind_of(int status)
{
	switch (status) {
	case 401:
	case 403:
	case 407:
		return ERR_AUTH;
	case 404:
		return ERR_MISSING;
	case 409:
		return ERR_CONFLICT;
	case 410:
		return ERR_EXPIRED;
	case 429:
	case 502:
	case 503:
	case 504:
		return ERR_NETWORK;
	default:
		return ERR_REMOTE;
	}
}

static void free_json(json_t **json)
{
	json_decref(*json);
}

/* A Kubernetes Status, a git host's or a registry's error: "message" at the top. NULL: none. */
static char *json_words(struct span body)
{
	AUTO(free_json) json_t *json = json_loadb(body.data, body.length, 0, NULL);
	json_t *message = json_object_get(json, "message");

	return json_is_string(message) ? mem_copy_string(json_string_value(message)) : NULL;
}

/* The first line that says something; a page of HTML says it to nobody here. */
static char *text_words(struct span body)
{
	struct span line;

	while (span_take_line(&body, &line)) {
		line = span_trim(line);
		if (span_starts(line, "<") || span_starts(line, "{") || span_starts(line, "["))
			return NULL;
		if (line.length)
			return utf8_clean(
				(struct span){ line.data, line.length > 256 ? 256 : line.length });
	}
	return NULL;
}

int http_status_error(const char *what, int status, struct span body, struct err *err)
{
	auto_free char *words = json_words(body);

	if (!words)
		words = text_words(body);
	if (words && *words)
		return err_set(err, kind_of(status), "%s: the server answered %d: %s", what, status,
			words);
	return err_set(err, kind_of(status), "%s: the server answered %d", what, status);
}
