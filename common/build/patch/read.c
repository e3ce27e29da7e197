/* SPDX-License-Identifier: Apache-2.0 */
/* read: an edit from params, and from the files that they name. */
#include <string.h>

#include "base/inside.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "build/commitish.h"
#include "build/patch/edit.h"
#include "build/patch/lists.h"
#include "net/http.h"

/* A param and whether it is given. */
struct given {
	const char *name;
	bool given;
};

/* At most one of them. */
static int check_one_of(const struct given *params, size_t count, struct err *err)
{
	const char *first = NULL;

	for (size_t i = 0; i < count; i++) {
		if (!params[i].given)
			continue;
		if (first)
			return err_set(err, ERR_CONFIG,
				"params.%s and params.%s: only one of them can be given", first,
				params[i].name);
		first = params[i].name;
	}
	return 0;
}

static int check_exclusive(const struct image_put *params, struct err *err)
{
	const struct given sources[] = {
		{ "commitish", params->commitish },
		{ "git_revision", params->git_revision },
		{ "blob_url_file", params->blob_url_file },
		{ "blob_url_path", params->blob_url_path },
		{ "registry_image_file", params->registry_image_file },
		{ "local_path", params->local_path },
	};
	const struct given not_git[] = {
		{ "git_url", params->git_url },
		{ "blob_url_file", params->blob_url_file },
		{ "blob_url_path", params->blob_url_path },
		{ "registry_image_file", params->registry_image_file },
		{ "local_path", params->local_path },
	};
	const struct given builders[] = {
		{ "builder", params->builder },
		{ "cluster_builder", params->cluster_builder },
	};

	if (check_one_of(sources, COUNT(sources), err) < 0 ||
		check_one_of(not_git, COUNT(not_git), err) < 0 ||
		check_one_of(builders, COUNT(builders), err) < 0)
		return -1;
	return 0;
}

static int check_create(const struct image_put *params, struct err *err)
{
	bool has_source = params->git_url || params->blob_url_file || params->blob_url_path ||
		params->registry_image_file || params->local_path;

	if (!params->create && params->tag)
		return err_set(err, ERR_CONFIG,
			"params.tag: is only for params.create: the tag of an Image cannot change");
	if (!params->create)
		return 0;
	if (!params->tag)
		return err_set(err, ERR_CONFIG, "params.tag: is required with params.create");
	if (!has_source)
		return err_set(err, ERR_CONFIG,
			"params.create: needs a source too: git_url, blob_url_file, registry_image_file or local_path");
	if (!params->wait)
		return err_set(err, ERR_CONFIG,
			"params.create and 'wait: false': an Image has no version before its first build");
	return 0;
}

static int check_params(const struct image_put *params, struct err *err)
{
	bool operates = params->cluster_stack || params->cluster_builder_patch ||
		params->cluster_store_add;
	const struct edit all = { .params = params };
	bool from_files = params->commitish || params->git_revision || params->blob_url_file ||
		params->blob_url_path || params->registry_image_file;

	if (check_exclusive(params, err) < 0 || lists_check(params, err) < 0 ||
		check_create(params, err) < 0)
		return -1;
	if (params->retry_failed && !params->wait)
		return err_set(err, ERR_CONFIG,
			"params.retry_failed and 'wait: false': only who waits sees that no build comes");
	if (!operates && !from_files && !params->trigger && !params->retry_failed &&
		edit_is_empty(&all))
		return err_set(err, ERR_CONFIG,
			"params: nothing to put: give commitish, another source, a builder, or trigger");
	return 0;
}

static int check_utf8(const char *text, const char *field, struct err *err)
{
	for (struct span rest = span_of(text); rest.length;) {
		size_t length = utf8_length(rest);

		if (!length)
			return err_set(err, ERR_CONFIG, "params.%s: its file is not UTF-8", field);
		rest.data += length;
		rest.length -= length;
	}
	return 0;
}

/* The word in the file that the param names, if it is given. */
static int read_file(struct edit *edit, const char *dir, const char *path, const char *field,
	char **word, struct err *err)
{
	auto_free char *label = mem_format("params.%s", field);
	auto_free char *read = NULL;

	if (!path)
		return 0;
	read = commitish_read(dir, path, label, err);
	if (!read || check_utf8(read, field, err) < 0)
		return -1;
	edit->field = field;
	*word = TAKE(read);
	return 0;
}

static int find_local(struct edit *edit, const char *dir, struct err *err)
{
	if (!edit->params->local_path)
		return 0;
	edit->field = "local_path";
	edit->local_path = inside_find(dir, edit->params->local_path, err);
	return edit->local_path ? 0 : err_wrap(err, "params.local_path");
}

static char *describe(const struct edit *edit)
{
	auto_free char *url = NULL;

	if (edit->revision)
		return mem_format("revision '%s'", edit->revision);
	if (edit->registry_image)
		return mem_format("source '%s'", edit->registry_image);
	if (!edit->blob_url)
		return mem_copy_string(edit_is_empty(edit) ? "the image" : "the change");
	url = http_show_url(edit->blob_url);
	return mem_format("source '%s'", url);
}

int edit_read(struct edit *edit, const struct image_put *params, const char *dir, struct err *err)
{
	auto_edit struct edit read = { .params = params };

	if (check_params(params, err) < 0)
		return -1;
	if (params->git_url)
		read.field = "git_url";
	if (params->git_revision) {
		read.field = "git_revision";
		read.revision = mem_copy_string(params->git_revision);
	}
	if (read_file(&read, dir, params->commitish, "commitish", &read.revision, err) < 0 ||
		read_file(&read, dir, params->blob_url_file, "blob_url_file", &read.blob_url, err) <
			0 ||
		read_file(&read, dir, params->blob_url_path, "blob_url_path", &read.blob_url, err) <
			0 ||
		read_file(&read, dir, params->registry_image_file, "registry_image_file",
			&read.registry_image, err) < 0 ||
		find_local(&read, dir, err) < 0)
		return -1;
	read.what = describe(&read);
	*edit = read;
	read = (struct edit){ 0 };
	return 0;
}
