/* SPDX-License-Identifier: Apache-2.0 */
/* config: what is configured of Git LFS. */
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/mem.h"
#include "git/lfs/config.h"
#include "git/lib.h"
#include "git/setting.h"

/* Of what git-lfs takes from .lfsconfig (git-lfs-config(5)), what is used here. */
static const char *const safe[] = { "lfs.url", "lfs.pushurl", "lfs.fetchinclude",
	"lfs.fetchexclude", "remote.origin.lfsurl" };

static bool is_safe(const char *key)
{
	for (size_t i = 0; i < COUNT(safe); i++)
		if (strcmp(safe[i], key) == 0)
			return true;
	return false;
}

static int on_entry(const git_config_entry *entry, void *context)
{
	struct lfs_config *config = context;

	if (!is_safe(entry->name) || !entry->value || !*entry->value)
		return 0;
	strings_add(&config->names, span_of(entry->name));
	strings_add(&config->values, span_of(entry->value));
	return 0;
}

/* All of it at once: libgit2 1.9 frees what it holds of a text when single values are asked for. */
static int read_text(struct lfs_config *config, struct span text)
{
	git_config_backend_memory_options options = GIT_CONFIG_BACKEND_MEMORY_OPTIONS_INIT;
	auto_git(config) git_config *read = NULL;
	git_config_backend *backend;

	options.backend_type = ".lfsconfig";
	if (git_config_new(&read) < 0 ||
		git_config_backend_from_string(&backend, text.data, text.length, &options) < 0)
		return -1;
	if (git_config_add_backend(read, backend, GIT_CONFIG_LEVEL_LOCAL, NULL, 0) < 0) {
		backend->free(backend);
		return -1;
	}
	return git_config_foreach(read, on_entry, config);
}

int lfs_config_read(
	struct lfs_config *config, const struct list *given, struct span file, struct err *err)
{
	*config = (struct lfs_config){ .given = given };
	if (!file.length)
		return 0;
	if (lib_start(err) < 0)
		return -1;
	if (read_text(config, file) == 0)
		return 0;
	(void)lib_error(err, ".lfsconfig");
	err->kind = ERR_CONFIG;
	return -1;
}

void lfs_config_release(struct lfs_config *config)
{
	strings_release(&config->names);
	strings_release(&config->values);
}

char *lfs_config_get(const struct lfs_config *config, const char *key)
{
	const struct git_setting *given = config->given->items;

	for (size_t i = config->given->count; i-- > 0;)
		if (strcasecmp(given[i].name, key) == 0 && given[i].value && *given[i].value)
			return mem_copy_string(given[i].value);
	for (size_t i = config->names.count; i-- > 0;)
		if (strcmp(config->names.items[i], key) == 0)
			return mem_copy_string(config->values.items[i]);
	return NULL;
}

void lfs_config_list(struct strings *list, const struct lfs_config *config, const char *key)
{
	auto_free char *value = lfs_config_get(config, key);
	struct span rest = span_of(value), item;

	while (rest.length) {
		if (!span_take_until(&rest, ",", &item)) {
			item = rest;
			rest.length = 0;
		}
		(void)span_take(&rest, ",");
		item = span_trim(item);
		if (item.length)
			strings_add(list, item);
	}
}
