/* SPDX-License-Identifier: Apache-2.0 */
/* describe: the tables of a verb as a JSON Schema. */
#include "resource/describe.h"

/* What the ATC may deliver for each type: ((vars)) make strings of booleans and numbers. */
static json_t *type_of(enum field_type type)
{
	switch (type) {
	case FIELD_STRING:
	case FIELD_SECRET:
		return json_pack("{s:s}", "type", "string");
	case FIELD_BOOL:
	case FIELD_SWITCH:
		return json_pack("{s:[{s:s}, {s:s, s:s}]}", "anyOf", "type", "boolean", "type",
			"string", "pattern", "^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$");
	case FIELD_NUMBER:
		return json_pack("{s:[{s:s}, {s:s, s:s}]}", "anyOf", "type", "integer", "type",
			"string", "pattern", "^-?[0-9]+$");
	case FIELD_STRINGS:
		return json_pack("{s:[{s:s}, {s:s, s:{s:s}}]}", "anyOf", "type", "string", "type",
			"array", "items", "type", "string");
	case FIELD_TREE:
		return json_pack("{s:[s, s]}", "type", "string", "object");
	case FIELD_TEXT:
		return json_pack("{s:[s, s, s]}", "type", "string", "boolean", "integer");
	case FIELD_OBJECT:
	case FIELD_LIST:
		return NULL; /* it has a table of its own */
	}
	return NULL;
}

static json_t *describe_fields(const struct field *fields);

static json_t *describe_field(const struct field *field)
{
	json_t *property = type_of(field->type);

	if (field->type == FIELD_OBJECT)
		property = describe_fields(field->fields);
	if (field->type == FIELD_LIST)
		property = json_pack(
			"{s:s, s:o}", "type", "array", "items", describe_fields(field->fields));

	(void)json_object_set_new(property, "description", json_string(field->what));
	if (field->type == FIELD_SECRET)
		(void)json_object_set_new(property, "writeOnly", json_true());
	if (field->type == FIELD_BOOL)
		(void)json_object_set_new(property, "default", json_boolean(field->unset));
	if (field->type == FIELD_NUMBER)
		(void)json_object_set_new(property, "default", json_integer(field->unset));
	return property;
}

static json_t *describe_fields(const struct field *fields)
{
	json_t *properties = json_object();
	json_t *required = json_array();

	for (; fields->name; fields++) {
		(void)json_object_set_new(properties, fields->name, describe_field(fields));
		if (fields->need == REQUIRED)
			(void)json_array_append_new(required, json_string(fields->name));
	}
	return json_pack("{s:s, s:o, s:o, s:b}", "type", "object", "properties", properties,
		"required", required, "additionalProperties", 0);
}

json_t *describe_kinds(const char *verb, const struct kind *kinds, size_t kind_count)
{
	json_t *all = json_array();

	for (size_t i = 0; i < kind_count; i++) {
		json_t *properties = json_object();

		(void)json_object_set_new(properties, "source", describe_fields(kinds[i].source));
		if (kinds[i].params)
			(void)json_object_set_new(
				properties, "params", describe_fields(kinds[i].params));
		(void)json_array_append_new(all,
			json_pack("{s:s, s:s, s:o, s:[s]}", "title", kinds[i].name, "type",
				"object", "properties", properties, "required", "source"));
	}
	return json_pack("{s:s, s:s, s:o}", "$schema", "http://json-schema.org/draft-07/schema#",
		"title", verb, "oneOf", all);
}
