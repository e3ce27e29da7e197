/* SPDX-License-Identifier: Apache-2.0 */
/* facts: what there is to say about one build. */
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "build/facts.h"
#include "resource/page.h"

struct reference reference_of(const char *image)
{
	struct reference reference = { .digest = span_of(build_digest(image)) };
	struct span name = span_of(image);
	size_t at;

	if (reference.digest.length)
		name.length -= reference.digest.length + 1;
	reference.repository = name;
	/* a colon in front of the last slash is that of the registry's port */
	for (at = name.length; at > 0 && name.data[at - 1] != '/'; at--) {
		if (name.data[at - 1] != ':')
			continue;
		reference.repository.length = at - 1;
		reference.tag = (struct span){ name.data + at, name.length - at };
		break;
	}
	return reference;
}

struct search {
	const struct given *given;
	json_t *found;
	uint64_t number;
};

static int look(void *context, json_t *object, struct err *err)
{
	struct search *search = context;
	struct span digits = span_of(object ? object_label(object, LABEL_NUMBER) : NULL);
	uint64_t number = 0;

	(void)err;
	if (object && strcmp(object_text(object, "status.latestImage"), search->given->image) != 0)
		return 0;
	(void)span_take_number(&digits, UINT64_MAX, &number);
	if (object && search->found && number < search->number)
		return 0;
	json_decref(search->found);
	search->found = json_incref(object);
	search->number = number;
	return 0;
}

static int list_them(
	struct search *search, const struct service *service, const char *labels, struct err *err)
{
	struct kube_path path = service_path(service, service->api, "builds", NULL);
	struct kube_selector selector = { .labels = labels };

	if (kube_list(service->kube, &path, &selector, look, search, NULL, err) < 0)
		return err_wrap(err, "builds of image '%s'", service->image);
	return 0;
}

int facts_find(json_t **object, struct service *service, const struct given *given, struct err *err)
{
	struct search search = { .given = given };
	auto_free char *labels = NULL;
	int status;

	labels = given->number ? mem_format(LABEL_IMAGE "=%s," LABEL_NUMBER "=%llu", service->image,
					 (unsigned long long)given->number)
			       : mem_format(LABEL_IMAGE "=%s", service->image);
	do
		status = list_them(&search, service, labels, err);
	while (status < 0 && service_is_older(service, err));
	if (status < 0)
		json_decref(search.found);
	else
		*object = search.found;
	return status;
}

struct span facts_tag(json_t *build)
{
	json_t *first = json_array_get(object_value(build, "spec.tags"), 0);
	struct reference reference = reference_of(
		json_is_string(first) ? json_string_value(first) : "");

	return reference.tag.length ? reference.tag : span_of("latest");
}

static void add(struct answer *answer, const char *name, const char *value)
{
	if (*value)
		answer_add_metadata(answer, name, span_of(value));
}

/* spec.source holds one of git, blob and registry. */
static void add_source(struct answer *answer, json_t *build)
{
	const char *commit = object_text(build, "spec.source.git.revision");
	const char *url = object_text(build, "spec.source.git.url");
	auto_free char *page = *commit ? page_of_commit(url, commit) : NULL;

	add(answer, "commit", commit);
	add(answer, "commit_url", page ? page : "");
	add(answer, "url", url);
	add(answer, "blob_url", object_text(build, "spec.source.blob.url"));
	add(answer, "source_image", object_text(build, "spec.source.registry.image"));
	add(answer, "sub_path", object_text(build, "spec.source.subPath"));
}

static void add_buildpacks(struct answer *answer, json_t *build)
{
	auto_buf struct buf list = BUF(LIMIT_LOG_LINE);
	size_t index;
	json_t *item;

	json_array_foreach (object_value(build, "status.buildMetadata"), index, item)
		if (buf_format(&list, "%s%s@%s", index ? ", " : "", object_text(item, "id"),
			    object_text(item, "version")) < 0)
			break;
	if (list.length)
		answer_add_metadata(answer, "buildpacks", buf_span(&list));
}

void facts_add(struct answer *answer, const char *image, uint64_t number, json_t *build)
{
	auto_free char *text = number ? mem_format("%llu", (unsigned long long)number) : NULL;

	add(answer, "image", image);
	add(answer, "digest", build_digest(image));
	add(answer, "build_number", build ? object_label(build, LABEL_NUMBER) : text ? text : "");
	if (!build)
		return;
	add(answer, "build_name", object_text(build, "metadata.name"));
	add(answer, "reason", object_annotation(build, ANNOTATION_REASON));
	add_source(answer, build);
	add(answer, "builder", object_text(build, "spec.builder.image"));
	add(answer, "stack", object_text(build, "status.stack.id"));
	add(answer, "run_image", object_text(build, "status.stack.runImage"));
	add_buildpacks(answer, build);
}
