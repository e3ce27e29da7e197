/* SPDX-License-Identifier: Apache-2.0 */
/* select: which names of tags or branches count. */
#include "base/mem.h"
#include "git/match/select.h"
#include "git/match/wildmatch.h"

bool selection_has(const struct selection *selection, const char *name)
{
	for (size_t i = 0; i < selection->globs.count; i++)
		if (wildmatch_matches(
			    span_of(selection->globs.items[i]), span_of(name), WILDMATCH_ANY))
			return true;
	if (regexes_match_any(&selection->regexes, name))
		return true;
	return !selection->globs.count && !selection->regexes.count;
}

void selection_prefixes(
	const struct selection *selection, const char *folder, struct strings *prefixes)
{
	if (selection->regexes.count || !selection->globs.count) {
		strings_add(prefixes, span_of(folder));
		return;
	}
	for (size_t i = 0; i < selection->globs.count; i++) {
		const char *glob = selection->globs.items[i];
		auto_free char *prefix = mem_format(
			"%s%.*s", folder, (int)wildmatch_literal(span_of(glob)), glob);

		strings_add(prefixes, span_of(prefix));
	}
}

void selection_release(struct selection *selection)
{
	strings_release(&selection->globs);
	regexes_release(&selection->regexes);
}
