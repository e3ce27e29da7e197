/* SPDX-License-Identifier: Apache-2.0 */
/* request: what Concourse wrote to stdin. */
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "resource/request.h"

static bool holds(json_t *source, const char *key)
{
	json_t *value = json_object_get(source, key);

	return value && !json_is_null(value);
}

/* "source: must hold 'uri' (git) or 'image' (image)" */
static int refuse_none(const struct kind *kinds, size_t count, struct err *err)
{
	auto_buf struct buf names = BUF(1 * KIB);

	for (size_t i = 0; i < count; i++)
		if (buf_format(&names, "%s'%s' (%s)", i ? " or " : "", kinds[i].chosen_by,
			    kinds[i].name) < 0)
			break;
	return err_set(err, ERR_CONFIG, "source: must hold %s", names.data);
}

/* Without the key that chooses, the kind that knows most of the others will say what is missing. */
static const struct kind *most_alike(const struct kind *kinds, size_t count, json_t *source)
{
	const struct kind *best = NULL;
	size_t most = 0;

	for (size_t i = 0; i < count; i++) {
		size_t known = schema_count_known(kinds[i].source, source);

		if (known > most) {
			most = known;
			best = &kinds[i];
		}
	}
	return best;
}

static const struct kind *choose_kind(
	const struct kind *kinds, size_t count, json_t *source, struct err *err)
{
	const struct kind *found = NULL;

	for (size_t i = 0; i < count; i++) {
		if (!holds(source, kinds[i].chosen_by))
			continue;
		if (found) {
			(void)err_set(err, ERR_CONFIG,
				"source: holds both '%s' and '%s', choose one", found->chosen_by,
				kinds[i].chosen_by);
			return NULL;
		}
		found = &kinds[i];
	}
	if (!found)
		found = most_alike(kinds, count, source);
	if (!found)
		(void)refuse_none(kinds, count, err);
	return found;
}

/* Only that there is a mistake and where: the text itself may hold secrets. */
static int refuse_text(struct span text, const json_error_t *error, struct err *err)
{
	bool twice = json_error_code(error) == json_error_duplicate_key;

	if (!span_trim(text).length)
		return err_set(err, ERR_CONFIG, "stdin: is empty, a request in JSON must be there");
	return err_set(err, ERR_CONFIG, "stdin: %s (line %d, column %d)",
		twice ? "holds a key twice" : "is not valid JSON", error->line, error->column);
}

static int load(struct span text, json_t **document, struct err *err)
{
	json_error_t error;
	json_auto_t *loaded = json_loadb(text.data, text.length, JSON_REJECT_DUPLICATES, &error);

	if (!loaded)
		return refuse_text(text, &error, err);
	if (!json_is_object(loaded))
		return err_set(err, ERR_CONFIG, "stdin: must be a JSON object");
	*document = TAKE(loaded);
	return 0;
}

static int parse_version(struct request *request, json_t *version, struct err *err)
{
	const char *key;
	json_t *value;

	if (!version || json_is_null(version) ||
		(json_is_object(version) && !json_object_size(version)))
		return 0;
	if (!json_is_object(version))
		return err_set(err, ERR_CONFIG, "version: must be a map");
	json_object_foreach (version, key, value)
		if (!json_is_string(value) && !json_is_null(value))
			return err_set(err, ERR_CONFIG,
				"version.%s: must be a string (quote it in YAML)", key);
	request->version_map = json_incref(version);
	request->version = mem_alloc(request->kind->version_size);
	return schema_parse(
		request->kind->version, UNKNOWN_IGNORED, "version", version, request->version, err);
}

static bool flag(const struct field *fields, const void *values, const char *name)
{
	const struct field *field = fields ? schema_find(fields, name) : NULL;

	return field && field->type == FIELD_BOOL &&
		*(const bool *)((const char *)values + field->offset);
}

int request_parse(struct request *request, const struct kind *kinds, size_t kind_count,
	struct span text, struct err *err)
{
	json_auto_t *document = NULL;
	const struct kind *kind;
	json_t *source;

	if (load(text, &document, err) < 0)
		return -1;
	source = json_object_get(document, "source");
	if (source && !json_is_null(source) && !json_is_object(source))
		return err_set(err, ERR_CONFIG, "source: must be a map");
	kind = choose_kind(kinds, kind_count, source, err);
	if (!kind)
		return -1;
	request->kind = kind;
	request->source = mem_alloc(kind->source_size);
	if (schema_parse(kind->source, UNKNOWN_REFUSED, "source", source, request->source, err) < 0)
		return -1;
	if (kind->params) {
		request->params = mem_alloc(kind->params_size);
		if (schema_parse(kind->params, UNKNOWN_REFUSED, "params",
			    json_object_get(document, "params"), request->params, err) < 0)
			return -1;
	}
	request->debug = flag(kind->source, request->source, "debug") ||
		flag(kind->params, request->params, "debug");
	return kind->version ? parse_version(request, json_object_get(document, "version"), err)
			     : 0;
}

static void release_values(const struct field *fields, void *values)
{
	if (fields && values)
		schema_release(fields, values);
	free(values);
}

void request_release(struct request *request)
{
	if (request->kind) {
		release_values(request->kind->source, request->source);
		release_values(request->kind->params, request->params);
		release_values(request->kind->version, request->version);
	}
	json_decref(request->version_map);
	*request = (struct request){ 0 };
}
