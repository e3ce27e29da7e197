/* SPDX-License-Identifier: Apache-2.0 */
/* put: from a patch of an Image to the version that check will find for it. */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "build/follow.h"
#include "build/put.h"

void made_release(struct made *made)
{
	free(made->image);
	json_decref(made->build);
	*made = (struct made){ 0 };
}

static void set_version(struct made *made, const struct build *build)
{
	made->number = build->number;
	made->image = mem_copy_string(build->image);
}

/* The newest good build that made that image, up to number `last`: the one that stands for it. NULL
 * where there is none. */
static const struct build *find(const struct builds *builds, const char *image, uint64_t last)
{
	for (size_t i = builds->count; i-- > 0;) {
		const struct build *build = &builds->items[i];

		if (build->state == BUILD_GOOD && build->number <= last &&
			strcmp(build->image, image) == 0)
			return worth_run(builds, i);
	}
	return NULL;
}

/*
 * A build that made another image than the one before it is its own version. For the rest the
 * builds before it say which one stands for the image.
 */
static int version_of_build(struct made *made, const struct service *service,
	const struct image *image, struct err *err)
{
	auto_build struct build build = { 0 };
	auto_builds struct builds builds = { 0 };
	const struct build *stands;

	build_read(&build, made->build);
	if (build.state != BUILD_GOOD)
		return err_set(err, ERR_REMOTE, "build '%s' has made no image", build.name);
	if (*build_digest(build.last_image) &&
		strcmp(build_digest(build.last_image), build_digest(build.image)) != 0) {
		set_version(made, &build);
		return 0;
	}
	if (builds_list(&builds, service, image, &(struct builds_range){ 0 }, err) < 0)
		return -1;
	stands = find(&builds, build.image, build.number);
	set_version(made, stands ? stands : &build);
	if (made->number != build.number)
		log_info("build %llu made the same image as build %llu",
			(unsigned long long)build.number, (unsigned long long)made->number);
	return 0;
}

/* Nothing was built: what is there already holds the change. */
static int version_of_image(struct made *made, const struct service *service,
	const struct image *image, struct err *err)
{
	auto_builds struct builds builds = { 0 };
	const struct build *stands;
	struct kube_path path;

	if (!*image->latest_image)
		return err_set(err, ERR_REMOTE, "image '%s' is ready and has no image: %s",
			service->image, image->ready.message);
	if (builds_list(&builds, service, image, &(struct builds_range){ 0 }, err) < 0)
		return -1;
	stands = find(&builds, image->latest_image, UINT64_MAX);
	if (!stands)
		return err_set(err, ERR_REMOTE, "the build that made '%s' is not there any more",
			image->latest_image);
	set_version(made, stands);
	log_info("no build is needed: build %llu made this image already",
		(unsigned long long)stands->number);
	path = service_path(service, KPACK_API, "builds", stands->name);
	return kube_get(service->kube, &path, &made->build, err);
}

/* What stops us does not stop the build. */
static int follow(struct made *made, const struct service *service, const char *name,
	int64_t end_ms, struct err *err)
{
	if (follow_build(service, name, end_ms, &made->build, err) == 0)
		return 0;
	if (err->kind == ERR_STOPPED || err->kind == ERR_NETWORK)
		log_info("build '%s' goes on in the cluster: kp build list %s -n %s", name,
			service->image, service->namespace);
	return -1;
}

int put_follow(struct made *made, const struct service *service, struct image *image,
	const struct wish *wish, int64_t end_ms, struct err *err)
{
	auto_free char *name = NULL;

	if (await_build(service, image, wish, end_ms, &name, err) < 0) {
		if (err->kind == ERR_STOPPED || err->kind == ERR_NETWORK)
			log_info(
				"image '%s' keeps revision '%s': the build service goes on with it",
				service->image, wish->revision);
		return -1;
	}
	if (!name)
		return version_of_image(made, service, image, err);
	if (follow(made, service, name, end_ms, err) < 0)
		return -1;
	return version_of_build(made, service, image, err);
}
