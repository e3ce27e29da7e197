/* SPDX-License-Identifier: Apache-2.0 */
/* yaml: one YAML document as a JSON tree, built from libyaml's events. */
#include <string.h>
#include <yaml.h>

#include "base/limits.h"
#include "kube/yaml.h"

struct loader {
	yaml_parser_t parser;
	yaml_event_t event; /* the current one; deleted before the next is read */
	int depth;
	struct err *err;
};

static void loader_release(struct loader *loader)
{
	yaml_event_delete(&loader->event);
	yaml_parser_delete(&loader->parser);
}

/* libyaml's `problem` is one of its own constant texts; its `context` is as well. */
static int refuse_syntax(const struct loader *loader)
{
	const yaml_parser_t *parser = &loader->parser;
	const char *problem = parser->problem ? parser->problem : "cannot be read";

	if (parser->error == YAML_READER_ERROR)
		return err_set(loader->err, ERR_CONFIG, "is not valid YAML: %s (byte %zu)", problem,
			parser->problem_offset);
	return err_set(loader->err, ERR_CONFIG, "is not valid YAML: %s (line %zu, column %zu)",
		problem, parser->problem_mark.line + 1, parser->problem_mark.column + 1);
}

static json_t *refuse(const struct loader *loader, const char *what)
{
	const yaml_mark_t *at = &loader->event.start_mark;

	(void)err_set(loader->err, ERR_CONFIG, "%s (line %zu, column %zu)", what, at->line + 1,
		at->column + 1);
	return NULL;
}

static int next(struct loader *loader)
{
	yaml_event_delete(&loader->event);
	if (!yaml_parser_parse(&loader->parser, &loader->event))
		return refuse_syntax(loader);
	return 0;
}

static bool is_one_of(struct span text, const char *const *words)
{
	for (; *words; words++)
		if (span_is(text, *words))
			return true;
	return false;
}

static json_t *scalar(const struct loader *loader)
{
	static const char *const nulls[] = { "", "~", "null", "Null", "NULL", NULL };
	static const char *const trues[] = { "true", "True", "TRUE", NULL };
	static const char *const falses[] = { "false", "False", "FALSE", NULL };
	const char *value = (const char *)loader->event.data.scalar.value;
	struct span text = { value, loader->event.data.scalar.length };
	json_t *string;

	if (loader->event.data.scalar.plain_implicit) {
		if (is_one_of(text, nulls))
			return json_null();
		if (is_one_of(text, trues))
			return json_true();
		if (is_one_of(text, falses))
			return json_false();
	}
	string = json_stringn(text.data, text.length);
	return string ? string : refuse(loader, "holds a text that is not UTF-8");
}

static json_t *node(struct loader *loader);

static json_t *sequence(struct loader *loader)
{
	json_auto_t *array = json_array();

	for (;;) {
		json_t *item;

		if (next(loader) < 0)
			return NULL;
		if (loader->event.type == YAML_SEQUENCE_END_EVENT)
			return json_incref(array);
		item = node(loader);
		if (!item)
			return NULL;
		(void)json_array_append_new(array, item);
	}
}

static json_t *mapping(struct loader *loader)
{
	json_auto_t *object = json_object();

	for (;;) {
		json_auto_t *key = NULL;
		json_t *value;

		if (next(loader) < 0)
			return NULL;
		if (loader->event.type == YAML_MAPPING_END_EVENT)
			return json_incref(object);
		if (loader->event.type == YAML_ALIAS_EVENT)
			return refuse(loader, "aliases are not taken: write the value out");
		if (loader->event.type != YAML_SCALAR_EVENT)
			return refuse(loader, "a key must be a text");
		key = json_stringn((const char *)loader->event.data.scalar.value,
			loader->event.data.scalar.length);
		if (!key || strlen(json_string_value(key)) != json_string_length(key))
			return refuse(loader, "a key must be a text");
		if (json_object_get(object, json_string_value(key)))
			return refuse(loader, "a key is there twice");
		if (next(loader) < 0)
			return NULL;
		value = node(loader);
		if (!value)
			return NULL;
		(void)json_object_set_new(object, json_string_value(key), value);
	}
}

/* The node that begins with the current event. */
static json_t *node(struct loader *loader)
{
	json_t *value;

	if (loader->event.type == YAML_ALIAS_EVENT)
		return refuse(loader, "aliases are not taken: write the value out");
	if (loader->event.type == YAML_SCALAR_EVENT)
		return scalar(loader);
	if (loader->depth == LIMIT_YAML_DEPTH)
		return refuse(loader, "is nested too deeply");
	loader->depth++;
	value = loader->event.type == YAML_SEQUENCE_START_EVENT ? sequence(loader)
								: mapping(loader);
	loader->depth--;
	return value;
}

/* STREAM-START DOCUMENT-START <the tree> DOCUMENT-END STREAM-END */
static json_t *document(struct loader *loader)
{
	json_auto_t *tree = NULL;

	if (next(loader) < 0 || next(loader) < 0)
		return NULL;
	if (loader->event.type == YAML_STREAM_END_EVENT)
		return refuse(loader, "is empty");
	if (next(loader) < 0)
		return NULL;
	tree = node(loader);
	if (!tree || next(loader) < 0 || next(loader) < 0)
		return NULL;
	if (loader->event.type != YAML_STREAM_END_EVENT)
		return refuse(loader, "must be a single YAML document");
	return json_incref(tree);
}

json_t *yaml_load(struct span text, struct err *err)
{
	__attribute__((cleanup(loader_release))) struct loader loader = { .err = err };

	if (text.length > LIMIT_YAML) {
		(void)err_set(err, ERR_CONFIG, "is larger than %d bytes", LIMIT_YAML);
		return NULL;
	}
	if (!yaml_parser_initialize(&loader.parser)) {
		(void)err_set(err, ERR_INTERNAL, "the YAML parser cannot start");
		return NULL;
	}
	yaml_parser_set_input_string(&loader.parser, (const unsigned char *)text.data, text.length);
	return document(&loader);
}
