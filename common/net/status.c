/* SPDX-License-Identifier: Apache-2.0 */
/* status: a status of 400 and above as an error, with the server's own words. */
#include <jansson.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "net/http.h"

enum err_kind http_status_kind(int status)
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

/* The text of a Kubernetes Status, of a git host's, an OAuth server's or a registry's error. NULL: none. */
static char *json_words(struct span body)
{
	static const char *const keys[] = { "message", "error_description", "error" };
	AUTO(free_json) json_t *json = json_loadb(body.data, body.length, 0, NULL);
	json_t *first = json_array_get(json_object_get(json, "errors"), 0);
	json_t *from = first ? first : json;

	for (size_t i = 0; i < COUNT(keys); i++) {
		json_t *words = json_object_get(from, keys[i]);

		if (json_is_string(words) && json_string_length(words))
			return mem_copy_string(json_string_value(words));
	}
	return NULL;
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

char *http_status_words(struct span body)
{
	char *words = json_words(body);

	if (!words)
		words = text_words(body);
	if (words && !*words)
		free(TAKE(words));
	return words;
}

int http_status_error(const char *what, int status, struct span body, struct err *err)
{
	auto_free char *words = http_status_words(body);

	return err_set(err, http_status_kind(status), "%s: the server answered %d%s%s", what,
		status, words ? ": " : "", words ? words : "");
}
