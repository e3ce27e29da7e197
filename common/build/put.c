/* SPDX-License-Identifier: Apache-2.0 */
/* put: from what a put asks of an Image to the version that check will find for it. */
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "build/follow.h"
#include "build/patch/apply.h"
#include "build/put.h"
#include "build/trigger.h"

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

/* The build that stands for the Image's image: among the newest, if these tell it, or all. NULL where it
 * is not there any more. */
static int find_latest(struct builds *builds, const struct build **stands,
	const struct service *service, const struct image *image, struct err *err)
{
	int listed = builds_list_newest(builds, service, image, err);

	if (listed < 0)
		return -1;
	*stands = find(builds, image->latest_image, UINT64_MAX);
	if (*stands && worth_begins(*stands))
		return 0;
	builds_release(builds);
	if (builds_list(builds, service, image, &(struct builds_range){ 0 }, err) < 0)
		return -1;
	*stands = find(builds, image->latest_image, UINT64_MAX);
	return 0;
}

/* Nothing was built: what is there already holds the change, or is not waited for. */
static int version_of_image(struct made *made, const struct service *service,
	const struct image *image, const char *why, struct err *err)
{
	auto_builds struct builds builds = { 0 };
	const struct build *stands;
	struct kube_path path;

	if (!*image->latest_image)
		return err_set(err, ERR_REMOTE, "image '%s' is ready and has no image: %s",
			service->image, image->ready.message);
	if (find_latest(&builds, &stands, service, image, err) < 0)
		return -1;
	if (!stands)
		return err_set(err, ERR_REMOTE, "the build that made '%s' is not there any more",
			image->latest_image);
	set_version(made, stands);
	log_info("%s: build %llu made this image already", why, (unsigned long long)stands->number);
	path = service_path(service, service->api, "builds", stands->name);
	return kube_get(service->kube, &path, &made->build, err);
}

/* What stops us does not stop the build. */
static void say_how_to_find(const struct service *service, const char *build, const char *goes_on,
	const struct err *err)
{
	if (err->kind == ERR_STOPPED || err->kind == ERR_NETWORK)
		log_info("%s %s in the cluster: kp build list %s -n %s", build, goes_on,
			service->image, service->namespace);
}

static void say_how_to_find_build_of(const struct service *service, const struct edit *edit,
	const char *goes_on, const struct err *err)
{
	auto_free char *build = mem_format("the build of %s", edit->what);

	say_how_to_find(service, build, goes_on, err);
}

static int follow(struct made *made, const struct service *service, const struct image *image,
	const char *name, bool stamps, const struct patience *patience, struct err *err)
{
	auto_free char *what = mem_format("build '%s'", name);

	if (follow_build(service, name, stamps, patience, &made->build, err) < 0) {
		say_how_to_find(service, what, "goes on", err);
		return -1;
	}
	return version_of_build(made, service, image, err);
}

/* The name of the build that comes of a trigger. One that another change caused at the same moment
 * may have come before it: then that one is triggered, which is the latest now. */
static int trigger(char **name, const struct service *service, struct image *image,
	const struct edit *edit, const struct patience *patience, struct err *err)
{
	for (int again = 0;; again++) {
		struct wish wish = { .edit = edit };
		auto_free char *found = NULL;
		int made;

		if (trigger_annotate(service, image, &wish.after, err) < 0 ||
			await_build(service, image, &wish, patience, &found, err) < 0)
			return -1;
		made = trigger_made(service, found, patience, err);
		if (made < 0)
			return -1;
		if (made || again == TRIGGER_RETRY_MAX) {
			*name = TAKE(found);
			return 0;
		}
		log_info(
			"build '%s' was made of another change before the trigger was seen", found);
	}
}

/* The name of the build that the edit causes, or else the params; NULL where none is needed. */
static int find_build(char **name, const struct service *service, struct image *image,
	const struct wish *wish, const struct patience *patience, struct err *err)
{
	const struct image_put *params = wish->edit->params;
	bool edits = !edit_is_empty(wish->edit);
	int failed = 0;

	if (params->trigger && (!edits || wish->unchanged))
		return trigger(name, service, image, wish->edit, patience, err);
	failed = await_build(service, image, wish, patience, name, err);
	if (failed < 0)
		return -1;
	if (!*name && (failed || params->trigger))
		return trigger(name, service, image, wish->edit, patience, err);
	return 0;
}

static int put_and_wait(struct made *made, const struct service *service, struct image *image,
	const struct wish *wish, const struct patience *patience, struct err *err)
{
	auto_free char *name = NULL;

	if (find_build(&name, service, image, wish, patience, err) < 0) {
		say_how_to_find_build_of(service, wish->edit, "goes on", err);
		return -1;
	}
	if (!name)
		return version_of_image(made, service, image, "no build is needed", err);
	return follow(made, service, image, name, wish->edit->params->timestamps, patience, err);
}

int put_open(struct image *image, struct service *service, const struct edit *edit, struct err *err)
{
	const struct image_put *params = edit->params;
	bool versions_now = !params->wait ||
		(edit_is_empty(edit) && !params->trigger && !params->retry_failed);
	struct err missing = { 0 };

	if (image_open(image, service, &missing) < 0) {
		if (missing.kind == ERR_MISSING && params->create)
			return 0;
		*err = missing;
		return -1;
	}
	if (edit_check(edit, image, err) < 0)
		return -1;
	if (versions_now && !*image->latest_image)
		return err_set(err, ERR_CONFIG,
			"image '%s' was never built, and a put must answer with a version: wait for a build first",
			service->image);
	return 0;
}

/* Make the Image what the edit asks for; `changed` is whether it was not so. */
static int put_edit(struct image *image, const struct service *service, const struct edit *edit,
	bool *changed, struct err *err)
{
	*changed = false;
	if (!image->object) {
		*changed = true;
		if (apply_create(image, service, edit, err) == 0)
			return 0;
		/* somebody may have been faster */
		if (err->kind != ERR_CONFLICT || image_get(image, service, err) < 0)
			return -1;
	}
	if (edit_is_empty(edit))
		return 0;
	return apply_edit(image, service, edit, changed, err);
}

int put_image(struct made *made, const struct service *service, struct image *image,
	const struct edit *edit, const struct patience *patience, struct err *err)
{
	const struct image_put *params = edit->params;
	struct wish wish = { .edit = edit, .retry = params->retry_failed };
	bool edits = !edit_is_empty(edit);
	bool changed;

	log_info("image '%s' in namespace '%s'", service->image, service->namespace);
	if (put_edit(image, service, edit, &changed, err) < 0) {
		/* what was sent may have arrived */
		say_how_to_find_build_of(service, edit, "may go on", err);
		return -1;
	}
	wish.generation = image->generation;
	wish.unchanged = !changed;
	if (params->wait && (edits || params->trigger || params->retry_failed))
		return put_and_wait(made, service, image, &wish, patience, err);
	if (params->trigger && trigger_annotate(service, image, &wish.after, err) < 0)
		return -1;
	return version_of_image(made, service, image, "not waited for a build", err);
}
