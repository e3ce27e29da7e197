/* SPDX-License-Identifier: Apache-2.0 */
/* settings: source.git_config in the local configuration of a clone. */
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "git/clone/settings.h"
#include "git/lib.h"
#include "git/setting.h"

static const char *const for_files[] = { "core.autocrlf", "core.eol", "core.symlinks" };

static bool is_for_files(const char *name)
{
	for (size_t i = 0; i < COUNT(for_files); i++)
		if (strcasecmp(name, for_files[i]) == 0)
			return true;
	return false;
}

int settings_write(const char *git, const struct list *settings, bool for_checkout, struct err *err)
{
	auto_free char *file = mem_format("%s/config", git);
	auto_git(config) git_config *config = NULL;
	const struct git_setting *all = settings->items;

	if (!settings->count)
		return 0;
	if (git_config_open_ondisk(&config, file) < 0)
		return lib_error(err, "%s: cannot be read", file);
	for (size_t i = 0; i < settings->count; i++) {
		const char *value = setting_value(&all[i]);

		if (for_checkout && !is_for_files(all[i].name))
			continue;
		if (git_config_set_string(config, all[i].name, value) < 0)
			return lib_error(
				err, "source.git_config[%zu]: '%s' cannot be set", i, all[i].name);
	}
	return 0;
}
