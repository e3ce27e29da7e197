/* SPDX-License-Identifier: Apache-2.0 */
/* files: what a get writes of an image and of the Build that made it. */
#include "base/file.h"
#include "base/mem.h"
#include "build/facts.h"
#include "build/files.h"

int files_write_version(int dir, const char *image, uint64_t number, struct err *err)
{
	struct reference reference = reference_of(image);
	auto_free char *text = mem_format("%llu", (unsigned long long)number);

	if (file_write(dir, "image", span_of(image), err) < 0 ||
		file_write(dir, "repository", reference.repository, err) < 0 ||
		file_write(dir, "digest", reference.digest, err) < 0)
		return -1;
	return number ? file_write(dir, "build", span_of(text), err) : 0;
}

static const struct {
	const char *file;
	const char *path; /* within the Build */
} texts[] = {
	{ "build_name", "metadata.name" },
	{ "git_commit", "spec.source.git.revision" },
	{ "git_url", "spec.source.git.url" },
	{ "blob_url", "spec.source.blob.url" },
	{ "source_image", "spec.source.registry.image" },
	{ "builder", "spec.builder.image" },
	{ "stack", "status.stack.id" },
	{ "run_image", "status.stack.runImage" },
};

/* A list; an empty one where there is none, so that readers need no exception. */
static int write_list(int dir, const char *name, json_t *list, struct err *err)
{
	auto_free char *text = json_is_array(list) ? json_dumps(list, JSON_INDENT(2)) : NULL;
	auto_free char *line = mem_format("%s\n", text ? text : "[]");

	return file_write(dir, name, span_of(line), err);
}

int files_write_build(int dir, json_t *build, struct err *err)
{
	json_auto_t *changes = json_loads(object_annotation(build, ANNOTATION_CHANGES), 0, NULL);

	for (size_t i = 0; i < COUNT(texts); i++) {
		struct span value = span_of(object_text(build, texts[i].path));

		if (value.length && file_write(dir, texts[i].file, value, err) < 0)
			return -1;
	}
	if (file_write(dir, "tag", facts_tag(build), err) < 0 ||
		file_write(dir, "reason", span_of(object_annotation(build, ANNOTATION_REASON)),
			err) < 0 ||
		write_list(dir, "changes.json", changes, err) < 0)
		return -1;
	return write_list(dir, "buildpacks.json", object_value(build, "status.buildMetadata"), err);
}
