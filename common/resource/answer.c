/* SPDX-License-Identifier: Apache-2.0 */
/* answer: what goes to stdout, once, after everything succeeded. */
#include <assert.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "resource/answer.h"

void answer_init(struct answer *answer)
{
	answer->versions = json_array();
	answer->metadata = json_array();
}

void answer_release(struct answer *answer)
{
	json_decref(answer->versions);
	json_decref(answer->metadata);
	*answer = (struct answer){ 0 };
}

static json_t *clean_string(struct span text)
{
	auto_free char *clean = utf8_clean(text);

	return json_string(clean);
}

void answer_add_version(struct answer *answer, const struct pair *pairs, size_t count)
{
	json_t *version = json_object();

	for (size_t i = 0; i < count; i++)
		(void)json_object_set_new(
			version, pairs[i].name, clean_string(span_of(pairs[i].value)));
	(void)json_array_append_new(answer->versions, version);
}

void answer_echo_version(struct answer *answer, json_t *version)
{
	(void)json_array_append(answer->versions, version);
}

void answer_add_metadata(struct answer *answer, const char *name, struct span value)
{
	answer_add_typed_metadata(answer, name, value, NULL);
}

void answer_add_typed_metadata(
	struct answer *answer, const char *name, struct span value, const char *type)
{
	json_t *row = json_object();

	(void)json_object_set_new(row, "name", json_string(name));
	(void)json_object_set_new(row, "value", clean_string(value));
	if (type)
		(void)json_object_set_new(row, "type", json_string(type));
	(void)json_array_append_new(answer->metadata, row);
}

/* The text and a newline. Not by json_dumps(): its memory would be jansson's to free (verb.c). */
static char *text_of(const json_t *json, size_t flags)
{
	size_t length = json_dumpb(json, NULL, 0, flags);
	char *text = mem_alloc(length + sizeof("\n"));

	(void)json_dumpb(json, text, length, flags);
	text[length] = '\n';
	return text;
}

char *answer_metadata_text(const struct answer *answer)
{
	return text_of(answer->metadata, JSON_INDENT(2));
}

int answer_write(const struct answer *answer, enum answer_shape shape, int fd, struct err *err)
{
	json_auto_t *document = NULL;
	auto_free char *line = NULL;

	if (shape == ANSWER_VERSIONS) {
		document = json_incref(answer->versions);
	} else {
		assert(json_array_size(answer->versions) == 1);
		document = json_object();
		(void)json_object_set(document, "version", json_array_get(answer->versions, 0));
		(void)json_object_set(document, "metadata", answer->metadata);
	}
	line = text_of(document, JSON_COMPACT);
	return file_write_fd(fd, "stdout", span_of(line), err);
}
