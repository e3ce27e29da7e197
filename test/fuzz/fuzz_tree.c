/* SPDX-License-Identifier: Apache-2.0 */
/* tree: any bytes as the content of a tree, and what a pathspec sees of it. */
#include "git/paths/seen.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct seen nothing = { 0 };
	auto_pathspec struct pathspec pathspec = { 0 };
	struct seen_place place = { 0 };
	struct seen_change change;
	struct seen seen = { 0 };
	struct err err = { 0 };

	if (pathspec_add(&pathspec, "a*/*.c", "source.paths", &err) < 0 ||
		pathspec_add_excluded(&pathspec, "ab/x", "source.ignore_paths", &err) < 0)
		abort();
	if (seen_read(&seen, &pathspec, "", (struct span){ (const char *)data, size }, &err) < 0) {
		if (err.kind != ERR_REMOTE)
			abort();
		return 0;
	}
	if (seen_next_change(&seen, &seen, &place, &change))
		abort();
	place = (struct seen_place){ 0 };
	while (seen_next_change(&nothing, &seen, &place, &change))
		if (change.name.length < 2 || oid_is_set(&change.before))
			abort();
	seen_release(&seen);
	return 0;
}
