/* SPDX-License-Identifier: Apache-2.0 */
/* out, image: set the commit that an Image is built from, and follow the build. */
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "build/commitish.h"
#include "build/facts.h"
#include "build/put.h"
#include "out/out.h"

/* A revision alone would make half an object of an Image with another source. */
static int check_source(const struct image *image, const struct service *service, struct err *err)
{
	if (*image->git_url)
		return 0;
	return err_set(err, ERR_CONFIG,
		"params.commitish: image '%s' is not built from git (spec.source.git is not set)",
		service->image);
}

/* The server drops without a word what it does not know, so its answer is compared. */
static int patch_revision(
	struct image *image, const struct service *service, const char *revision, struct err *err)
{
	struct kube_path path = service_path(service, KPACK_API, "images", service->image);
	json_auto_t *patch = json_pack(
		"{s{s{s{ss}}}}", "spec", "source", "git", "revision", revision);
	json_t *object;

	if (!patch)
		return err_set(err, ERR_CONFIG, "params.commitish: the revision is not UTF-8");
	if (kube_patch(service->kube, &path, patch, &object, err) < 0)
		return err_wrap(err, "image '%s'", service->image);
	image_set(image, object);
	if (strcmp(image->git_revision, revision) != 0)
		return err_set(err, ERR_REMOTE,
			"image '%s': the API server did not take spec.source.git.revision",
			service->image);
	return 0;
}

static void say_change(const struct service *service, const char *before, const char *revision)
{
	log_info("image '%s' in namespace '%s'", service->image, service->namespace);
	if (strcmp(before, revision) == 0) {
		log_info("revision %s, as it was", revision);
		return;
	}
	log_colour(LOG_RED, "- revision %s", before);
	log_colour(LOG_GREEN, "+ revision %s", revision);
}

/* Set the revision and wait for what comes of it. */
static int build_revision(struct made *made, const struct service *service, const char *revision,
	int64_t end_ms, struct err *err)
{
	auto_image struct image image = { 0 };
	struct wish wish = { .revision = revision };

	if (image_get(&image, service, err) < 0 || check_source(&image, service, err) < 0)
		return -1;
	wish.unchanged = strcmp(image.git_revision, revision) == 0;
	say_change(service, image.git_revision, revision);
	if (patch_revision(&image, service, revision, err) < 0)
		return -1;
	wish.generation = image.generation;
	return put_follow(made, service, &image, &wish, end_ms, err);
}

static int64_t end_of(const struct image_put *params)
{
	static const int64_t year_s = 366 * 24 * 3600;
	int64_t timeout_s = params->timeout < year_s ? params->timeout : year_s;

	return clock_monotonic_ms() + timeout_s * 1000;
}

int out_image(const struct request *request, struct answer *answer, struct err *err)
{
	const struct image_put *params = request->params;
	int64_t end_ms = end_of(params);
	auto_service struct service service = { 0 };
	auto_made struct made made = { 0 };
	auto_free char *revision = NULL;

	if (!params->commitish)
		return err_set(err, ERR_CONFIG, "params.commitish: is required");
	revision = commitish_read(request->dir, params->commitish, "params.commitish", err);
	if (!revision || service_open(&service, request->source, err) < 0 ||
		build_revision(&made, &service, revision, end_ms, err) < 0)
		return -1;
	version_add(answer, made.number, made.image);
	facts_add(answer, made.image, made.number, made.build);
	log_colour(LOG_GREEN, "image %s", made.image);
	return 0;
}
