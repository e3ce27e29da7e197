/* SPDX-License-Identifier: Apache-2.0 */
/* in, image: the image by digest, and what is known of the build that made it, as files. */
#include <fcntl.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "build/facts.h"
#include "in/in.h"

/* The number to answer with: a version of another resource type has none. */
static uint64_t number_of(const struct given *given, json_t *build)
{
	struct span digits = span_of(object_label(build, LABEL_NUMBER));
	uint64_t number = given->number;

	if (!number)
		(void)span_take_number(&digits, UINT64_MAX, &number);
	return number;
}

/* Files hold exactly the value, without a newline, as those of the registry-image resource do. */
static int write_files(int dir, const struct given *given, json_t *build, struct err *err)
{
	struct reference image = reference_of(given->image);

	if (file_write(dir, "image", span_of(given->image), err) < 0 ||
		file_write(dir, "repository", image.repository, err) < 0 ||
		file_write(dir, "digest", image.digest, err) < 0)
		return -1;
	if (!build)
		return 0;
	if (file_write(dir, "tag", facts_tag(build), err) < 0 ||
		file_write(dir, "reason", span_of(object_annotation(build, ANNOTATION_REASON)),
			err) < 0)
		return -1;
	return 0;
}

static int write_build(int dir, const struct answer *answer, uint64_t number, struct err *err)
{
	auto_free char *text = mem_format("%llu", (unsigned long long)number);
	auto_free char *metadata = answer_metadata_text(answer);

	if (number && file_write(dir, "build", span_of(text), err) < 0)
		return -1;
	return file_write(dir, "metadata.json", span_of(metadata), err);
}

static void say(const struct service *service, const struct given *given, json_t *build)
{
	log_info("image %s", given->image);
	if (build)
		log_info("build %s, reason %s", object_text(build, "metadata.name"),
			object_annotation(build, ANNOTATION_REASON));
	else
		log_warning(
			"the build that made it is not in namespace '%s' any more: only what the "
			"version holds is written",
			service->namespace);
}

int in_image(const struct request *request, struct answer *answer, struct err *err)
{
	auto_service struct service service = { 0 };
	json_auto_t *build = NULL;
	auto_fd int dir = -1;
	struct given given;
	uint64_t number;

	if (version_read(&given, request->version, err) < 0)
		return -1;
	if (!given.image || !*build_digest(given.image))
		return err_set(err, ERR_CONFIG, "version.image: must name an image by digest");
	if (service_open(&service, request->source, err) < 0 ||
		facts_find(&build, &service, &given, err) < 0)
		return -1;
	dir = open(request->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return err_errno(err, "%s", request->dir);
	number = number_of(&given, build);
	say(&service, &given, build);
	facts_add(answer, given.image, number, build);
	answer_echo_version(answer, request->version_map);
	return write_files(dir, &given, build, err) < 0 ? -1
							: write_build(dir, answer, number, err);
}
