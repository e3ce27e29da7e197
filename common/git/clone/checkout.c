/* SPDX-License-Identifier: Apache-2.0 */
/* checkout: refs, configuration, index and working tree of a clone whose objects are there. */
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/stop.h"
#include "git/clone/clone.h"
#include "git/clone/layout.h"
#include "git/lib.h"

static void on_progress(const char *path, size_t done, size_t all, void *context)
{
	size_t *count = context;

	(void)path;
	*count = all;
	if (all)
		log_progress(false, "writing files: %3zu%% (%zu/%zu)", done * 100 / all, done, all);
}

/* libgit2 asks its filters before it writes a file: the one place where a check-out can be stopped. */
static int refuse_after_stop(
	git_filter *self, void **payload, const git_filter_source *source, const char **attributes)
{
	(void)self;
	(void)payload;
	(void)source;
	(void)attributes;
	return stop_requested() ? GIT_EUSER : GIT_PASSTHROUGH;
}

static int register_stop(struct err *err)
{
	static git_filter stop = { .version = GIT_FILTER_VERSION, .check = refuse_after_stop };

	if (git_filter_lookup("stop"))
		return 0;
	if (git_filter_register("stop", &stop, GIT_FILTER_DRIVER_PRIORITY) < 0)
		return lib_error(err, "libgit2 cannot begin");
	return 0;
}

static int write_files(const struct clone *clone, struct err *err)
{
	auto_git(repository) git_repository *repository = NULL;
	auto_git(object) git_object *commit = NULL;
	git_checkout_options options = GIT_CHECKOUT_OPTIONS_INIT;
	git_oid id = lib_oid(&clone->head);
	size_t count = 0;

	if (lib_open(&repository, clone->path, err) < 0 || register_stop(err) < 0)
		return -1;
	if (git_object_lookup(&commit, repository, &id, GIT_OBJECT_COMMIT) < 0)
		return err_set(
			err, ERR_CONFIG, "version.ref: '%s' is not a commit", clone->head.hex);
	options.checkout_strategy = GIT_CHECKOUT_FORCE;
	options.progress_cb = on_progress;
	options.progress_payload = &count;
	if (git_checkout_tree(repository, commit, &options) < 0)
		return lib_error(
			err, "%s: the files of %s cannot be written", clone->path, clone->head.hex);
	if (count)
		log_progress(true, "writing files: 100%% (%zu/%zu)", count, count);
	return 0;
}

static void warn_of_submodules(const struct clone *clone)
{
	auto_free char *path = mem_format("%s/.gitmodules", clone->path);

	if (access(path, F_OK) == 0)
		log_warning("submodules are not fetched yet: their folders are empty");
}

/* Then git points refs/remotes/origin/HEAD at it. */
static bool is_default(const struct clone *clone)
{
	const struct ref *head = refs_find(&clone->refs, "HEAD");
	struct span target = span_of(head ? head->target : NULL);

	return clone->branch.name && span_take(&target, "refs/heads/") &&
		span_is(target, clone->branch.name);
}

int clone_check_out(const struct clone *clone, const struct remote *remote, struct err *err)
{
	const struct layout layout = {
		.path = clone->path,
		.address = remote_address(remote),
		.branch = clone->branch.name,
		.is_default = is_default(clone),
		.tip = clone->branch.tip,
		.head = clone->head,
		.kept = &clone->kept,
		.shallow = &clone->shallow,
	};

	if (layout_write(&layout, err) < 0 || layout_write_config(&layout, true, err) < 0 ||
		write_files(clone, err) < 0)
		return -1;
	warn_of_submodules(clone);
	return layout_write_config(&layout, false, err);
}
