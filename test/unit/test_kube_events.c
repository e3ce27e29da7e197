/* SPDX-License-Identifier: Apache-2.0 */
/* events, list: objects taken out of streams and pages, cut anywhere. */
#include "unit.h"

#include "base/limits.h"
#include "kube/events.h"
#include "kube/list.h"
#include "kube/object.h"

#define EVENT(type, name) \
	"{\"type\":\"" type "\",\"object\":{\"metadata\":{\"name\":\"" name "\"}}}"

static const struct stream {
	const char *name;
	const char *bytes;
	const char *events; /* "ADDED a, MODIFIED b", then " !" where it breaks */
} streams[] = {
	{ "nothing", "", "" },
	{ "one", EVENT("ADDED", "a") "\n", "ADDED a" },
	{ "one without an end of line", EVENT("ADDED", "a"), "ADDED a" },
	{ "two on two lines", EVENT("ADDED", "a") "\n" EVENT("MODIFIED", "b") "\n",
		"ADDED a, MODIFIED b" },
	{ "two on one line", EVENT("ADDED", "a") EVENT("DELETED", "b"), "ADDED a, DELETED b" },
	{ "brackets and quotes in texts", EVENT("ADDED", "}\\\"{[") EVENT("ADDED", "\\\\"),
		"ADDED }\"{[, ADDED \\" },
	{ "white space", " \r\n\t" EVENT("ADDED", "a") "  \n ", "ADDED a" },
	{ "a half", "{\"type\":\"ADDED\",\"object\":{\"metadata\"", "" },
	{ "one and a half", EVENT("ADDED", "a") "{\"type\":\"ADD", "ADDED a" },
	{ "a text", "404 page not found\n", " !" },
	{ "a text behind one", EVENT("ADDED", "a") "\nerror", "ADDED a !" },
	{ "a closing bracket", "}", " !" },
	{ "brackets that hold no JSON", "{type:ADDED}", " !" },
	{ "a list", "[]", " !" },
	{ "no type", "{\"object\":{}}", " !" },
	{ "no object", "{\"type\":\"ADDED\"}", " !" },
	{ "an object that is a text", "{\"type\":\"ADDED\",\"object\":\"a\"}", " !" },
};

static char *append(char *text, const char *more)
{
	char *longer = mem_format("%s%s", text, more);

	free(text);
	return longer;
}

/* Take what there is; false when the stream is broken. */
static bool take_all(struct events *events, char **seen)
{
	struct err err = { 0 };

	for (;;) {
		json_t *event = NULL;
		int status = events_take(events, &event, &err);

		if (status == 0)
			return true;
		if (status < 0) {
			assert_string_equal(
				err.message, "a watch sent something that is not an event");
			*seen = append(*seen, " !");
			return false;
		}
		*seen = append(*seen, **seen ? ", " : "");
		*seen = append(*seen, object_text(event, "type"));
		*seen = append(*seen, " ");
		*seen = append(*seen, object_text(event, "object.metadata.name"));
		json_decref(event);
	}
}

static void are_taken(void **state)
{
	const struct stream *row = *state;
	size_t length = strlen(row->bytes);

	/* in pieces of every size */
	for (size_t piece = 1; piece <= length + 1; piece++) {
		struct events events = EVENTS_INIT;
		char *seen = mem_copy_string("");
		struct err err = { 0 };
		bool going = true;

		for (size_t at = 0; at < length && going; at += piece) {
			size_t size = length - at < piece ? length - at : piece;

			assert_int_equal(
				events_feed(&events, (struct span){ row->bytes + at, size }, &err),
				0);
			going = take_all(&events, &seen);
		}
		assert_string_equal(seen, row->events);
		free(seen);
		events_release(&events);
	}
}

static void an_event_is_bounded(void **state)
{
	struct events events = EVENTS_INIT;
	char piece[64 * KIB];
	struct err err = { 0 };
	json_t *event;

	(void)state;
	memset(piece, ' ', sizeof(piece));
	piece[0] = '{';
	for (size_t i = 0; i < LIMIT_WATCH_EVENT / sizeof(piece); i++) {
		assert_int_equal(
			events_feed(&events, (struct span){ piece, sizeof(piece) }, &err), 0);
		assert_int_equal(events_take(&events, &event, &err), 0);
		piece[0] = ' ';
	}
	assert_failed(events_feed(&events, span_of("x"), &err), &err, ERR_REMOTE,
		"an event of a watch is larger than 8388608 bytes");
	events_release(&events);
}

static const struct page {
	const char *name;
	const char *text;
	const char *seen; /* NULL: refused */
} pages[] = {
	{ "empty", "{\"kind\":\"L\",\"metadata\":{\"resourceVersion\":\"7\"},\"items\":[]}",
		" rv=7" },
	{ "null items", "{\"metadata\":{\"resourceVersion\":\"7\"},\"items\":null}", " rv=7" },
	{ "two, and a page behind",
		"{\"metadata\":{\"resourceVersion\":\"7\",\"continue\":\"c\"},\"items\":["
		"{\"metadata\":{\"name\":\"a\"}},\n {\"metadata\":{\"name\":\"b\"}} ]}\n",
		" a b rv=7 more=c" },
	{ "items first", "{\"items\":[{\"metadata\":{\"name\":\"a\"}}],\"metadata\":{}}",
		" a rv=" },
	{ "no metadata", "{\"items\":[]}", " rv=" },
	{ "items inside of others", "{\"x\":{\"items\":[{}]},\"items\":[]}", " rv=" },
	{ "numbers and words between", "{ \"a\" : 1 , \"b\":null,\"c\":[1,2],\"items\":[] }",
		" rv=" },
	{ "an object", "{\"kind\":\"Image\"}", NULL },
	{ "an empty object", "{}", NULL },
	{ "a text", "404 page not found", NULL },
	{ "nothing", "", NULL },
	{ "cut in an item", "{\"items\":[{\"metadata\":{\"na", NULL },
	{ "cut behind an item", "{\"items\":[{}", NULL },
	{ "cut behind the items", "{\"items\":[{}]", NULL },
	{ "an item that is a number", "{\"items\":[1]}", NULL },
	{ "an item that is not JSON", "{\"items\":[{a}]}", NULL },
	{ "items that are an object", "{\"items\":{}}", NULL },
};

static int add_name(void *context, json_t *object, struct err *err)
{
	char **seen = context;

	(void)err;
	*seen = append(*seen, " ");
	*seen = append(*seen, object_text(object, "metadata.name"));
	return 0;
}

static void is_walked(void **state)
{
	const struct page *row = *state;
	struct list_page page = { 0 };
	char *seen = mem_copy_string("");
	struct err err = { 0 };
	int status = list_walk(span_of(row->text), NULL, add_name, &seen, &page, &err);

	if (row->seen) {
		assert_int_equal(status, 0);
		seen = append(seen, " rv=");
		seen = append(seen, page.resource_version);
		if (page.token) {
			seen = append(seen, " more=");
			seen = append(seen, page.token);
		}
		assert_string_equal(seen, row->seen);
	} else {
		assert_failed(status, &err, ERR_REMOTE,
			"the answer is not a list, is this a Kubernetes API server?");
		assert_null(page.token);
	}
	free(seen);
	free(page.token);
	free(page.resource_version);
}

static const struct part {
	const char *name;
	const char *item;
	const char *built; /* NULL: refused */
} parts[] = {
	{ "what is named, in whatever order",
		"{\"b\":{\"m\":[1],\"x\":2},\"c\":{\"n\":3},\"a\":{\"k\":{\"l\":4}}}",
		"{\"a\": {\"k\": {\"l\": 4}}, \"b\": {\"m\": [1]}}" },
	{ "white space", " { \"a\" : 1 , \"c\" : [ ] , \"b\" : { \"m\" : 2 } } ",
		"{\"a\": 1, \"b\": {\"m\": 2}}" },
	{ "brackets and names in what is passed over",
		"{\"c\":\"}\\\"],{\\\"a\\\":1\",\"d\":{\"a\":1},\"b\":{\"x\":{\"m\":2}}}",
		"{\"b\": {}}" },
	{ "nothing of it", "{\"c\":1}", "{}" },
	{ "empty ones", "{\"a\":{},\"b\":{}}", "{\"a\": {}, \"b\": {}}" },
	{ "a part that is no object", "{\"a\":true,\"b\":null}", "{\"a\": true, \"b\": null}" },
	{ "a part that is a list", "{\"b\":[{\"m\":1}]}", "{\"b\": [{\"m\": 1}]}" },
	{ "twice, of which the last counts", "{\"a\":1,\"a\":2}", "{\"a\": 2}" },
	{ "longer and shorter names", "{\"aa\":1,\"\":2,\"b\":{\"mm\":3}}", "{\"b\": {}}" },
	{ "a name that is none", "{a:1}", NULL },
	{ "a part that is no JSON", "{\"b\":{\"m\":x}}", NULL },
	{ "a member without a value", "{\"c\":}", NULL },
	{ "a member without a colon", "{\"c\" 1}", NULL },
	{ "a comma at the end", "{\"a\":1,}", NULL },
	{ "cut in what is passed over", "{\"a\":1,\"c\":{\"x\"", NULL },
	{ "not an object", "[]", NULL },
};

static int dump(void *context, json_t *object, struct err *err)
{
	(void)err;
	*(char **)context = json_dumps(object, JSON_SORT_KEYS);
	return 0;
}

static void is_built_in_part(void **state)
{
	static const struct list_part of_b[] = { { "m", NULL }, { NULL, NULL } };
	static const struct list_part of_item[] = { { "a", NULL }, { "b", of_b }, { NULL, NULL } };
	const struct part *row = *state;
	auto_free char *text = mem_format("{\"items\":[%s],\"metadata\":{}}", row->item);
	auto_free char *built = NULL;
	struct list_page page = { 0 };
	struct err err = { 0 };
	int status = list_walk(span_of(text), of_item, dump, &built, &page, &err);

	if (row->built) {
		assert_int_equal(status, 0);
		assert_string_equal(built, row->built);
	} else {
		assert_failed(status, &err, ERR_REMOTE,
			"the answer is not a list, is this a Kubernetes API server?");
	}
	free(page.resource_version);
}

int main(void)
{
	UNIT_ROWS(are_taken, streams);
	UNIT_TEST(an_event_is_bounded);
	UNIT_ROWS(is_walked, pages);
	UNIT_ROWS(is_built_in_part, parts);
	return unit_run();
}
