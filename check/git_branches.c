/* SPDX-License-Identifier: Apache-2.0 */
/* check, git: the names of the branches, a version whenever they have changed. */
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "check/git.h"

#define HEADS "refs/heads/"
#define NO_BRANCHES "NONE"

/* Sorted, with commas: a name holds none. */
static char *join(const struct refs *refs, const struct selection *selection)
{
	auto_strings struct strings names = { 0 };

	for (size_t i = 0; i < refs->count; i++) {
		struct span name = span_of(refs->items[i].name);

		if (span_take(&name, HEADS) && selection_has(selection, name.data))
			strings_add(&names, name);
	}
	strings_sort(&names);
	return names.count ? strings_join(&names, ",") : mem_copy_string(NO_BRANCHES);
}

int check_git_branches(const struct git_check *check, struct err *err)
{
	const char *given = check->version ? check->version->branches : NULL;
	auto_strings struct strings prefixes = { 0 };
	auto_refs struct refs refs = { 0 };
	auto_free char *names = NULL;
	struct refs_query query = { 0 };
	char now[CLOCK_RFC3339_SIZE];

	selection_prefixes(&check->choice->branches, HEADS, &prefixes);
	query.prefixes = (const char *const *)prefixes.items;
	query.count = prefixes.count;
	if (remote_refs(check->remote, &query, &refs, err) < 0)
		return -1;
	names = join(&refs, &check->choice->branches);
	if (given && strcmp(given, names) == 0)
		return 0;
	clock_format_rfc3339(clock_wall_ms(), now);
	now[strlen(now) - 1] = '\0'; /* the git resource's has no Z */
	answer_add_version(check->answer,
		(const struct pair[]){ { "branches", names }, { "timestamp", now } }, 2);
	return 0;
}
