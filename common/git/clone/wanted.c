/* SPDX-License-Identifier: Apache-2.0 */
/* wanted: which refs of the server a clone asks for, wants and keeps. */
#include <string.h>

#include "base/mem.h"
#include "git/clone/parts.h"
#include "git/oid_map.h"

static bool is_below(const struct ref *ref, const char *place)
{
	return span_starts(span_of(ref->name), place);
}

/* What may be needed, by prefixes: a server that can filter tells nothing else. */
void wanted_prefixes(struct strings *prefixes, const struct clone_options *options)
{
	auto_free char *tag = mem_format("refs/tags/%s", options->ref);
	auto_free char *head = mem_format("refs/heads/%s", options->ref);
	struct oid id;
	bool named = !oid_parse(span_of(options->ref), &id) && strcmp(options->ref, "HEAD") != 0;

	strings_add(prefixes, span_of("HEAD"));
	if (options->tags != CLONE_TAGS_NONE)
		strings_add(prefixes, span_of("refs/tags/"));
	else if (named)
		strings_add(prefixes, span_of(tag));
	if (!options->worktree)
		strings_add(prefixes, span_of("refs/notes/"));
	if (options->all_branches) {
		strings_add(prefixes, span_of("refs/heads/"));
		return;
	}
	if (named)
		strings_add(prefixes, span_of(head));
	for (size_t i = 0; i < options->fetch->count; i++) {
		auto_free char *full = mem_format("refs/heads/%s", options->fetch->items[i]);

		strings_add(prefixes, span_of(full));
	}
}

/* Notes, and by options all tags and branches, whether or not the history leads to them. */
static bool is_wanted(const struct clone_options *options, const struct ref *ref)
{
	if (is_below(ref, "refs/tags/"))
		return options->tags == CLONE_TAGS_ALL ||
			(options->all_branches && options->tags != CLONE_TAGS_NONE);
	if (is_below(ref, "refs/notes/"))
		return !options->worktree;
	return options->all_branches && is_below(ref, "refs/heads/");
}

void wanted_beside_the_branch(struct oids *wants, const struct clone *clone)
{
	auto_oid_map struct oid_map seen = { 0 };

	oid_map_add_all(&seen, wants);
	for (size_t i = 0; i < clone->refs.count; i++) {
		const struct ref *ref = &clone->refs.items[i];

		if (is_wanted(clone->options, ref) && oid_is_set(&ref->oid) &&
			oid_map_add(&seen, &ref->oid))
			oids_add(wants, &ref->oid);
	}
}

int wanted_further(struct oids *wants, const struct clone *clone, struct err *err)
{
	const struct strings *fetch = clone->options->fetch;
	auto_git(odb) git_odb *odb = NULL;

	if (fetch->count && clone_open_odb(&odb, clone, err) < 0)
		return -1;
	for (size_t i = 0; i < fetch->count; i++) {
		auto_free char *name = mem_format("refs/heads/%s", fetch->items[i]);
		const struct ref *ref = refs_find(&clone->refs, name);

		if (ref && oid_is_set(&ref->oid) && !lib_have(odb, &ref->oid))
			oids_add(wants, &ref->oid);
	}
	return 0;
}

int wanted_tags(struct oids *wants, const struct clone *clone, struct err *err)
{
	auto_git(odb) git_odb *odb = NULL;

	if (clone->options->tags == CLONE_TAGS_NONE)
		return 0;
	if (clone_open_odb(&odb, clone, err) < 0)
		return -1;
	for (size_t i = 0; i < clone->refs.count; i++) {
		const struct ref *ref = &clone->refs.items[i];

		if (is_below(ref, "refs/tags/") && oid_is_set(&ref->peeled) &&
			lib_have(odb, &ref->peeled) && !lib_have(odb, &ref->oid))
			oids_add(wants, &ref->oid);
	}
	return 0;
}

static bool is_the_branch(const struct clone *clone, const struct ref *ref)
{
	struct span name = span_of(ref->name);

	return clone->branch.name && span_take(&name, "refs/heads/") &&
		span_is(name, clone->branch.name);
}

/* A server that was asked for HEAD alone did not tell it as a branch. */
static void keep_branch(struct clone *clone)
{
	auto_free char *name = mem_format("refs/heads/%s", clone->branch.name);

	refs_add(&clone->kept, span_of(name), &clone->branch.tip, NULL, span_of(NULL));
}

/* The refs of one place whose objects are there; a name that is none is passed over, as git does. */
static int keep(struct clone *clone, const char *place, struct err *err)
{
	auto_git(odb) git_odb *odb = NULL;

	if (clone_open_odb(&odb, clone, err) < 0)
		return -1;
	refs_sort(&clone->refs);
	for (size_t i = 0; i < clone->refs.count; i++) {
		const struct ref *ref = &clone->refs.items[i];

		if ((i && strcmp(ref->name, ref[-1].name) == 0) || !is_below(ref, place) ||
			is_the_branch(clone, ref) || !lib_have(odb, &ref->oid) ||
			!lib_is_ref_name(ref->name))
			continue;
		refs_add(&clone->kept, span_of(ref->name), &ref->oid, &ref->peeled, span_of(""));
	}
	return 0;
}

int wanted_keep_tags(struct clone *clone, struct err *err)
{
	return clone->options->tags == CLONE_TAGS_NONE ? 0 : keep(clone, "refs/tags/", err);
}

int wanted_keep_others(struct clone *clone, struct err *err)
{
	if (clone->branch.name)
		keep_branch(clone);
	if (keep(clone, "refs/heads/", err) < 0)
		return -1;
	return keep(clone, "refs/notes/", err);
}
