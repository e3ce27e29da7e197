/* SPDX-License-Identifier: Apache-2.0 */
/* gitmodules: any text as .gitmodules; no name that is believed leads out, and no url above its root. */
#include <string.h>

#include "base/mem.h"
#include "git/submodule/gitmodules.h"
#include "git/submodule/url.h"

#define BASE "https://host/team/app.git"

static void check_name(const char *name)
{
	auto_free char *copy = mem_format("/%s/", name);

	if (!*name || strstr(copy, "/../"))
		abort();
}

static void check_url(const char *given)
{
	auto_free char *url = NULL;
	struct err err = { 0 };

	if (submodule_url(&url, BASE, given, &err) < 0) {
		if (err.kind != ERR_REMOTE)
			abort();
		return;
	}
	if ((strncmp(given, "./", 2) == 0 || strncmp(given, "../", 3) == 0) &&
		strncmp(url, "https://host/", strlen("https://host/")) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_gitmodules struct gitmodules modules = { 0 };
	struct err err = { 0 };

	if (gitmodules_parse(&modules, (struct span){ (const char *)data, size }, &err) < 0)
		return 0;
	for (size_t i = 0; i < modules.count; i++) {
		if (gitmodule_check(&modules.items[i], &err) < 0)
			continue;
		check_name(modules.items[i].name);
		check_url(modules.items[i].url);
	}
	return 0;
}
