/* SPDX-License-Identifier: Apache-2.0 */
/* upload: source among the step's artifacts becomes a source image in the registry. */
#include "base/log.h"
#include "base/mem.h"
#include "build/upload.h"
#include "registry/content.h"
#include "registry/push.h"

#define FIELD "params.local_path"

/* The repository of the tag, with "-source" behind its name. */
static int read_tag(struct reference *reference, const char *tag, struct err *err)
{
	auto_reference struct reference read = { 0 };

	if (reference_read(&read, tag, err) < 0)
		return err_wrap(err, FIELD ": the Image's tag");
	reference->repository = mem_format("%s-source", read.repository);
	reference->host = TAKE(read.host);
	return 0;
}

static int read_content(struct layer *layer, const struct edit *edit, struct err *err)
{
	const char *path = edit->params->local_path;

	if (content_add(layer, edit->local_path, err) < 0)
		return err_wrap(err, FIELD ": '%s'", path);
	log_info("source '%s': %zu files and folders, %.1f MB compressed", path, layer->count,
		(double)layer->spool.size / 1e6);
	return 0;
}

/* The reference of the image that it became; the caller's. NULL with err. */
static char *upload(const struct reference *reference, const struct registry_source *source,
	const struct edit *edit, struct err *err)
{
	auto_registry struct registry *registry = NULL;
	auto_free char *digest = NULL, *name = NULL;
	auto_layer struct layer layer;
	int pushed;

	layer_init(&layer);
	if (read_content(&layer, edit, err) < 0 ||
		registry_open(&registry, reference, source, err) < 0)
		return NULL;
	pushed = push_layer(&digest, registry, &layer, err);
	if (pushed < 0)
		return NULL;
	name = mem_format("%s/%s@%s", reference->host, reference->repository, digest);
	log_info(pushed ? "pushed to %s" : "%s is there already", name);
	return TAKE(name);
}

int upload_source(struct edit *edit, const struct image *image, const struct image_source *source,
	struct err *err)
{
	const char *tag = image->object ? image->tag : edit->params->tag;
	auto_reference struct reference reference = { 0 };
	auto_free char *name = NULL;

	if (!edit->local_path)
		return 0;
	if (read_tag(&reference, tag, err) < 0 ||
		registry_source_check(source->registry, "source.registry", err) < 0)
		return -1;
	name = upload(&reference, source->registry, edit, err);
	if (!name)
		return -1;
	edit_use_image(edit, name);
	return 0;
}
