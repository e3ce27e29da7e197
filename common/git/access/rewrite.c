/* SPDX-License-Identifier: Apache-2.0 */
/* rewrite: uris by url.<base>.insteadOf and url.<base>.pushInsteadOf. */
#include <string.h>

#include "base/mem.h"
#include "git/access/rewrite.h"

/* NULL where no setting of that variable is about the uri. */
static char *rewritten(const struct list *settings, const char *uri, const char *variable)
{
	const struct git_setting *all = settings->items;
	struct span base = { NULL, 0 };
	size_t longest = 0;

	for (size_t i = 0; i < settings->count; i++) {
		const char *beginning = setting_value(&all[i]);
		struct setting_name name;

		if (!setting_split(all[i].name, &name) || !name.subsection.data ||
			!setting_is(&name, "url", variable) ||
			!span_starts(span_of(uri), beginning))
			continue;
		if (base.data && strlen(beginning) <= longest)
			continue;
		base = name.subsection;
		longest = strlen(beginning);
	}
	return base.data ? mem_format("%.*s%s", (int)base.length, base.data, uri + longest) : NULL;
}

char *rewrite_uri(const struct list *settings, const char *uri, bool for_push)
{
	char *instead = for_push ? rewritten(settings, uri, "pushinsteadof") : NULL;

	if (!instead)
		instead = rewritten(settings, uri, "insteadof");
	return instead ? instead : mem_copy_string(uri);
}
