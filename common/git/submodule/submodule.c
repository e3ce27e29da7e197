/* SPDX-License-Identifier: Apache-2.0 */
/* submodule: the submodules of a clone, and theirs. */
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "git/lib.h"
#include "git/submodule/choice.h"
#include "git/submodule/recorded.h"
#include "git/submodule/site.h"
#include "git/submodule/submodule.h"
#include "git/submodule/url.h"

/* A repository that is checked out, whose submodules are wanted. */
struct level {
	struct access *access;
	const struct git_get *get;
	const struct clone *clone;
	const struct site *site;
	const char *uri; /* with what it says of users, as relative urls lead on from it */
	int depth;       /* of params */
};

/* One of its submodules. */
struct submodule {
	const struct gitmodule *module;
	struct site site;
	char *uri;
	const char *branch; /* that submodule_remote follows; NULL: what the remote's HEAD names */
	char *ref;          /* what is checked out */
	struct clone_options options;
	struct clone clone;
};

static void submodule_release(struct submodule *submodule)
{
	site_release(&submodule->site);
	free(submodule->uri);
	free(submodule->ref);
	clone_release(&submodule->clone);
}

#define auto_submodule AUTO(submodule_release)

/* What `git submodule init` leaves in the configuration of the repository above. */
static int enrol(const struct level *level, const struct gitmodule *module, const char *address,
	struct err *err)
{
	const struct {
		const char *key, *value;
	} settings[] = { { "active", "true" }, { "url", address }, { "update", module->update } };
	auto_free char *path = mem_format("%s/config", level->clone->git);
	auto_git(config) git_config *config = NULL;

	if (git_config_open_ondisk(&config, path) < 0)
		return lib_error(err, "%s: cannot be read", path);
	for (size_t i = 0; i < COUNT(settings); i++) {
		auto_free char *name = mem_format("submodule.%s.%s", module->name, settings[i].key);

		if (settings[i].value && git_config_set_string(config, name, settings[i].value) < 0)
			return lib_error(err, "%s: '%s' cannot be set", path, name);
	}
	return 0;
}

static int choose_branch(struct submodule *submodule, const struct level *level, struct err *err)
{
	const char *branch = level->get->submodule_remote ? submodule->module->branch : NULL;

	if (branch && strcmp(branch, ".") == 0) {
		branch = level->clone->branch.name;
		if (!branch)
			return err_set(err, ERR_CONFIG,
				"its branch in .gitmodules is '.', that of the repository above, "
				"which is on none");
	}
	submodule->branch = branch;
	return 0;
}

/* git takes all of a repository that it finds by its plain path. */
static int depth_of(const struct submodule *submodule, const struct level *level)
{
	if (span_starts(span_of(submodule->uri), "/"))
		return 0;
	return level->depth || !submodule->module->shallow ? level->depth : 1;
}

/* As `git submodule update` clones: all branches, or one with a depth. */
static void choose_options(struct submodule *submodule, const struct level *level)
{
	static const struct strings none = { 0 };
	const char *branch = submodule->branch;
	int depth = depth_of(submodule, level);

	if (!level->get->submodule_remote)
		submodule->ref = mem_copy_string(submodule->module->commit.hex);
	else if (branch && !depth)
		submodule->ref = mem_format("refs/heads/%s", branch);
	else
		submodule->ref = mem_copy_string("HEAD");
	submodule->options = (struct clone_options){
		.branch = depth ? branch : NULL,
		.ref = submodule->ref,
		.fetch = &none,
		.sparse = &none,
		.git_config = level->clone->options->git_config,
		.depth = depth,
		.all_branches = !depth,
		.partial = level->get->partial,
		.without_lfs = level->get->disable_git_lfs,
		.worktree = submodule->site.worktree,
	};
	submodule->clone = (struct clone){
		.path = submodule->site.folder,
		.git = mem_copy_string(submodule->site.git_folder),
		.options = &submodule->options,
		.branch.field = "its branch in .gitmodules",
	};
}

static int obtain(struct submodule *submodule, const struct level *level, struct err *err)
{
	const struct gitmodule *module = submodule->module;
	struct place place = { NULL, "its url in .gitmodules", module->url };
	struct clone *clone = &submodule->clone;
	auto_remote struct remote *remote = NULL;

	if (gitmodule_check(module, err) < 0 || choose_branch(submodule, level, err) < 0 ||
		submodule_url(&submodule->uri, level->uri, module->url, err) < 0)
		return -1;
	place.uri = submodule->uri;
	if (remote_open(&remote, level->access, &place, err) < 0 ||
		enrol(level, module, remote_stored_address(remote), err) < 0)
		return -1;
	if (module->update && strcmp(module->update, "none") == 0) {
		log_info("Skipping submodule '%s'", submodule->site.path);
		return 0;
	}
	choose_options(submodule, level);
	if (site_prepare(&submodule->site, err) < 0 || clone_fetch(clone, remote, err) < 0 ||
		site_link(&submodule->site, err) < 0 || clone_check_out(clone, remote, err) < 0)
		return -1;
	log_info("Submodule path '%s': checked out '%s'", submodule->site.path, clone->head.hex);
	return 0;
}

static int update_all(const struct level *level, struct err *err);

static int update_one(const struct level *level, const struct gitmodule *module, struct err *err)
{
	auto_submodule struct submodule submodule = { .module = module };
	struct level own = *level;

	site_init(&submodule.site, level->site, module);
	if (obtain(&submodule, level, err) < 0)
		return err_wrap(err, "submodule '%s'", submodule.site.path);
	if (!level->get->submodule_recursive || !submodule.clone.path)
		return 0;
	own.clone = &submodule.clone;
	own.site = &submodule.site;
	own.uri = submodule.uri;
	return update_all(&own, err);
}

/* Those that are chosen, of which the tree has something at their path. */
static bool is_wanted(const struct level *level, const struct gitmodule *module)
{
	bool is_top = level->site->depth == 0;

	if (!module->path || module->left_out ||
		(is_top && !choice_takes(&level->get->submodules, module->path)))
		return false;
	if (oid_is_set(&module->commit))
		return true;
	log_warning("skipping missing submodule: %s%s%s", level->site->path, is_top ? "" : "/",
		module->path);
	return false;
}

static int update_all(const struct level *level, struct err *err)
{
	auto_gitmodules struct gitmodules modules = { 0 };

	if (recorded_read(&modules, level->clone, err) < 0)
		return level->site->depth ? err_wrap(err, "submodule '%s'", level->site->path) : -1;
	if (modules.count && level->site->depth == SUBMODULES_NESTED_MAX)
		return err_set(err, ERR_REMOTE,
			"submodule '%s': is nested deeper than %d: where one holds itself, set "
			"params.submodule_recursive to false",
			level->site->path, SUBMODULES_NESTED_MAX);
	if (level->site->depth == 0)
		choice_warn(&level->get->submodules, &modules);
	for (size_t i = 0; i < modules.count; i++)
		if (is_wanted(level, &modules.items[i]) &&
			update_one(level, &modules.items[i], err) < 0)
			return -1;
	return 0;
}

int submodules_update(const struct clone *clone, struct access *access, const struct git_get *get,
	struct err *err)
{
	auto_site struct site site = { 0 };
	const struct level level = {
		.access = access,
		.get = get,
		.clone = clone,
		.site = &site,
		.uri = access_origin(access).uri,
		.depth = clone->options->depth,
	};

	if (choice_is_none(&get->submodules))
		return 0;
	site_init_top(&site, clone->path);
	return update_all(&level, err);
}
