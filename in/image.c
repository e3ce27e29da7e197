/* SPDX-License-Identifier: Apache-2.0 */
/* in, image: the image by digest, and what is known of the build that made it, as files. */
#include <fcntl.h>

#include "base/file.h"
#include "base/log.h"
#include "build/facts.h"
#include "build/files.h"
#include "build/logs.h"
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

static int write_files(int dir, const struct answer *answer, const struct given *given,
	uint64_t number, json_t *build, struct err *err)
{
	auto_free char *metadata = answer_metadata_text(answer);

	if (files_write_version(dir, given->image, number, err) < 0)
		return -1;
	if (build && files_write_build(dir, build, err) < 0)
		return -1;
	return file_write(dir, "metadata.json", span_of(metadata), err);
}

static void say(const struct service *service, json_t *build)
{
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
	const struct image_get *params = request->params;
	auto_service struct service service = { 0 };
	json_auto_t *build = NULL;
	auto_fd int dir = -1;
	struct given given;
	uint64_t number;

	if (version_read(&given, request->version, err) < 0)
		return -1;
	if (!given.image || !*build_digest(given.image))
		return err_set(err, ERR_CONFIG, "version.image: must name an image by digest");
	if (params->logs && params->skip_download)
		return err_set(err, ERR_CONFIG,
			"params.logs: cannot be together with params.skip_download");
	if (params->timestamps && !params->logs)
		return err_set(err, ERR_CONFIG, "params.timestamps: is only for params.logs");
	if (service_open(&service, request->source, err) < 0 ||
		(!params->skip_download && facts_find(&build, &service, &given, err) < 0))
		return -1;
	dir = open(request->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return err_errno(err, "%s", request->dir);
	number = number_of(&given, build);
	log_info("image %s", given.image);
	if (!params->skip_download)
		say(&service, build);
	facts_add(answer, given.image, number, build);
	answer_echo_version(answer, request->version_map);
	if (write_files(dir, answer, &given, number, build, err) < 0)
		return -1;
	return params->logs && build ? logs_write(dir, &service, build, params->timestamps, err)
				     : 0;
}
