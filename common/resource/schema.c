/* SPDX-License-Identifier: Apache-2.0 */
/* schema: which keys an object of the request may hold, as a table. */
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "resource/schema.h"

const struct field *schema_find(const struct field *fields, const char *name)
{
	for (; fields->name; fields++)
		if (strcmp(fields->name, name) == 0)
			return fields;
	return NULL;
}

size_t schema_count_known(const struct field *fields, json_t *object)
{
	const char *key;
	json_t *value;
	size_t count = 0;

	json_object_foreach (object, key, value)
		if (!json_is_null(value) && schema_find(fields, key))
			count++;
	return count;
}

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Levenshtein's distance, of names short enough for a row on the stack. */
static size_t distance(const char *a, const char *b)
{
	enum { NAME_MAX_LENGTH = 64 };
	size_t row[NAME_MAX_LENGTH + 1];
	size_t width = strlen(b);

	if (width > NAME_MAX_LENGTH || strlen(a) > NAME_MAX_LENGTH)
		return SIZE_MAX;
	for (size_t j = 0; j <= width; j++)
		row[j] = j;
	for (size_t i = 1; *a; a++, i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= width; j++) {
			size_t above = row[j];

			row[j] = min3(above + 1, row[j - 1] + 1, diagonal + (*a != b[j - 1]));
			diagonal = above;
		}
	}
	return row[width];
}

static const char *nearest(const struct field *fields, const char *key)
{
	const char *best = NULL;
	size_t least = SIZE_MAX;

	for (; fields->name; fields++) {
		size_t apart = distance(key, fields->name);

		if (apart < least) {
			least = apart;
			best = fields->name;
		}
	}
	return least <= 1 + strlen(key) / 3 ? best : NULL;
}

/* A key is the author's own text, so it may be shown; its length is bounded by the message's. */
static int refuse_unknown(
	const struct field *fields, const char *where, json_t *object, struct err *err)
{
	const char *key;
	json_t *value;

	json_object_foreach (object, key, value) {
		const char *meant;

		(void)value;
		if (schema_find(fields, key))
			continue;
		meant = nearest(fields, key);
		if (meant)
			return err_set(err, ERR_CONFIG,
				"%s.%s: is not a known key, did you mean '%s'?", where, key, meant);
		return err_set(err, ERR_CONFIG, "%s.%s: is not a known key", where, key);
	}
	return 0;
}

static int type_error(
	const struct field *field, const char *where, const char *must, struct err *err)
{
	return err_set(err, ERR_CONFIG, "%s.%s: must be %s", where, field->name, must);
}

static struct span span_of_json(json_t *value)
{
	return (struct span){ json_string_value(value), json_string_length(value) };
}

/* What YAML took for a number or a boolean was most likely meant as a string. */
static const char *a_string(json_t *instead)
{
	bool scalar = json_is_number(instead) || json_is_boolean(instead);

	return scalar ? "a string (quote it in YAML)" : "a string";
}

static int parse_string(
	const struct field *field, const char *where, json_t *value, void *member, struct err *err)
{
	if (!json_is_string(value))
		return type_error(field, where, a_string(value), err);
	if (field->need == REQUIRED && !json_string_length(value))
		return err_set(err, ERR_CONFIG, "%s.%s: is required and must not be empty", where,
			field->name);
	if (field->type == FIELD_STRING)
		*(char **)member = span_copy(span_of_json(value));
	else if (json_string_length(value))
		*(struct secret **)member = secret_new(span_of_json(value));
	return 0;
}

/* YAML has these words in any case; other programs write them out as they spell them. */
static bool whole_boolean(json_t *value, bool *on)
{
	const char *text = json_string_value(value);

	if (json_is_boolean(value))
		*on = json_is_true(value);
	else if (text && strcasecmp(text, "true") == 0)
		*on = true;
	else if (text && strcasecmp(text, "false") == 0)
		*on = false;
	else
		return false;
	return true;
}

static int parse_bool(
	const struct field *field, const char *where, json_t *value, void *member, struct err *err)
{
	bool on;

	if (!whole_boolean(value, &on))
		return type_error(field, where, "true or false", err);
	*(bool *)member = on;
	return 0;
}

/* JSON has many spellings of a whole number, and 1e3 is read as a real one. */
static bool whole_number(json_t *value, int64_t *number)
{
	const double exact =
		9007199254740992.0; /* 2^53: up to here each whole number has a double */
	double real = json_real_value(value);

	if (json_is_integer(value)) {
		*number = json_integer_value(value);
		return true;
	}
	if (!json_is_real(value) || real < -exact || real > exact || (double)(int64_t)real != real)
		return false;
	*number = (int64_t)real;
	return true;
}

static int parse_number(
	const struct field *field, const char *where, json_t *value, void *member, struct err *err)
{
	struct span text = json_is_string(value) ? span_of_json(value) : span_of("");
	bool negative = span_take(&text, "-");
	uint64_t digits;
	int64_t number;

	if (span_take_number(&text, INT64_MAX, &digits) && !text.length)
		number = negative ? -(int64_t)digits : (int64_t)digits;
	else if (!whole_number(value, &number))
		return type_error(field, where, "a whole number", err);
	if (number < field->min)
		return err_set(err, ERR_CONFIG, "%s.%s: must be at least %lld", where, field->name,
			(long long)field->min);
	*(int64_t *)member = number;
	return 0;
}

static int parse_strings(
	const struct field *field, const char *where, json_t *value, void *member, struct err *err)
{
	size_t index;
	json_t *item;

	if (json_is_string(value)) {
		strings_add(member, span_of_json(value));
		return 0;
	}
	if (!json_is_array(value))
		return type_error(field, where, "a list of strings", err);
	json_array_foreach (value, index, item) {
		if (!json_is_string(item))
			return err_set(err, ERR_CONFIG, "%s.%s[%zu]: must be %s", where,
				field->name, index, a_string(item));
		strings_add(member, span_of_json(item));
	}
	return 0;
}

static int parse_tree(
	const struct field *field, const char *where, json_t *value, void *member, struct err *err)
{
	if (!json_is_string(value) && !json_is_object(value))
		return type_error(field, where, "text or a YAML map", err);
	*(json_t **)member = json_incref(value);
	return 0;
}

/* "value: true" is a boolean for YAML, and its text for whoever asked for text. */
static int parse_text(
	const struct field *field, const char *where, json_t *value, void *member, struct err *err)
{
	if (json_is_boolean(value))
		*(char **)member = mem_copy_string(json_is_true(value) ? "true" : "false");
	else if (json_is_integer(value))
		*(char **)member = mem_format("%lld", (long long)json_integer_value(value));
	else if (!json_is_string(value))
		return type_error(field, where, a_string(value), err);
	else
		*(char **)member = span_copy(span_of_json(value));
	return 0;
}

static int parse_switch(
	const struct field *field, const char *where, json_t *value, void *member, struct err *err)
{
	bool on = false;

	if (parse_bool(field, where, value, &on, err) < 0)
		return -1;
	*(enum field_switch *)member = on ? SWITCH_ON : SWITCH_OFF;
	return 0;
}

typedef int parse_function(const struct field *, const char *, json_t *, void *, struct err *);

static parse_function *const parsers[] = {
	[FIELD_STRING] = parse_string,
	[FIELD_SECRET] = parse_string,
	[FIELD_BOOL] = parse_bool,
	[FIELD_NUMBER] = parse_number,
	[FIELD_STRINGS] = parse_strings,
	[FIELD_TREE] = parse_tree,
	[FIELD_TEXT] = parse_text,
	[FIELD_SWITCH] = parse_switch,
};

/* The member is set before its struct is whole, so that a failure leaves it to schema_release. */
static int parse_object(const struct field *field, enum schema_unknown unknown, const char *where,
	json_t *value, void *member, struct err *err)
{
	auto_free char *label = mem_format("%s.%s", where, field->name);
	void *values = mem_alloc(field->size);

	*(void **)member = values;
	return schema_parse(field->fields, unknown, label, value, values, err);
}

/* An item is counted before it is whole, so that a failure leaves it to schema_release. */
static int parse_list(const struct field *field, enum schema_unknown unknown, const char *where,
	json_t *value, struct list *list, struct err *err)
{
	size_t count = json_array_size(value);

	if (!json_is_array(value))
		return type_error(field, where, "a list of maps", err);
	list->items = count ? mem_alloc(count * field->size) : NULL;
	for (size_t i = 0; i < count; i++) {
		auto_free char *label = mem_format("%s.%s[%zu]", where, field->name, i);
		void *item = (char *)list->items + i * field->size;

		list->count++;
		if (schema_parse(
			    field->fields, unknown, label, json_array_get(value, i), item, err) < 0)
			return -1;
	}
	return 0;
}

static int parse_value(const struct field *field, enum schema_unknown unknown, const char *where,
	json_t *value, void *member, struct err *err)
{
	if (field->type == FIELD_OBJECT)
		return parse_object(field, unknown, where, value, member, err);
	if (field->type == FIELD_LIST)
		return parse_list(field, unknown, where, value, member, err);
	return parsers[field->type](field, where, value, member, err);
}

static void *member_of(const struct field *field, void *values)
{
	return (char *)values + field->offset;
}

static void set_default(const struct field *field, void *member)
{
	if (field->type == FIELD_BOOL)
		*(bool *)member = field->unset != 0;
	else if (field->type == FIELD_NUMBER)
		*(int64_t *)member = field->unset;
}

int schema_parse(const struct field *fields, enum schema_unknown unknown, const char *where,
	json_t *object, void *values, struct err *err)
{
	if (json_is_null(object))
		object = NULL;
	if (object && !json_is_object(object))
		return err_set(err, ERR_CONFIG, "%s: must be a map", where);
	if (unknown == UNKNOWN_REFUSED && refuse_unknown(fields, where, object, err) < 0)
		return -1;
	for (const struct field *field = fields; field->name; field++) {
		json_t *value = json_object_get(object, field->name);
		void *member = member_of(field, values);

		set_default(field, member);
		if (value && !json_is_null(value)) {
			if (parse_value(field, unknown, where, value, member, err) < 0)
				return -1;
		} else if (field->need == REQUIRED) {
			return err_set(err, ERR_CONFIG, "%s.%s: is required", where, field->name);
		}
	}
	return 0;
}

static void release_object(const struct field *field, void **member)
{
	if (*member)
		schema_release(field->fields, *member);
	free(*member);
	*member = NULL;
}

static void release_list(const struct field *field, struct list *list)
{
	for (size_t i = 0; i < list->count; i++)
		schema_release(field->fields, (char *)list->items + i * field->size);
	free(list->items);
	*list = (struct list){ 0 };
}

static void release_member(const struct field *field, void *member)
{
	switch (field->type) {
	case FIELD_STRING:
	case FIELD_TEXT:
		free(*(char **)member);
		*(char **)member = NULL;
		return;
	case FIELD_SECRET:
		secret_free_pointer(member);
		return;
	case FIELD_STRINGS:
		strings_release(member);
		return;
	case FIELD_TREE:
		json_decref(*(json_t **)member);
		*(json_t **)member = NULL;
		return;
	case FIELD_OBJECT:
		release_object(field, member);
		return;
	case FIELD_LIST:
		release_list(field, member);
		return;
	case FIELD_SWITCH:
	case FIELD_BOOL:
	case FIELD_NUMBER:
		return;
	}
}

void schema_release(const struct field *fields, void *values)
{
	for (; fields->name; fields++)
		release_member(fields, member_of(fields, values));
}
