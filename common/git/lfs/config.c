/* SPDX-License-Identifier: Apache-2.0 */
/* config: what is configured of Git LFS. */
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "git/config.h"
#include "git/lfs/config.h"
#include "git/setting.h"

/* Of what git-lfs takes from .lfsconfig (git-lfs-config(5)), what is used here. */
static const char *const safe[] = { "lfs.url", "lfs.pushurl", "lfs.fetchinclude",
	"lfs.fetchexclude", "remote.origin.lfsurl" };

static bool is_safe(struct span key)
{
	for (size_t i = 0; i < COUNT(safe); i++)
		if (span_is(key, safe[i]))
			return true;
	return false;
}

int lfs_config_read(
	struct lfs_config *config, const struct list *given, struct span file, struct err *err)
{
	auto_config_reader struct config_reader reader = { 0 };
	struct config_entry entry;
	int status;

	*config = (struct lfs_config){ .given = given };
	config_reader_init(&reader, file);
	while ((status = config_next(&reader, &entry, err)) > 0) {
		if (!is_safe(entry.key) || !entry.value.length)
			continue;
		strings_add(&config->names, entry.key);
		strings_add(&config->values, entry.value);
	}
	return status < 0 ? err_wrap(err, ".lfsconfig") : 0;
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
