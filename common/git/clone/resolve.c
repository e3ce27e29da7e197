/* SPDX-License-Identifier: Apache-2.0 */
/* resolve: the commit that the version's ref names. */
#include <string.h>

#include "base/mem.h"
#include "git/clone/parts.h"

enum { PREFIX_MIN = 4 };

/* By the rules of gitrevisions, a tag before a branch. */
static const char *const places[] = { "refs/tags/", "refs/heads/", "refs/", "" };

static const struct ref *find_ref(const struct clone *clone, const char *name)
{
	for (size_t i = 0; i < COUNT(places); i++) {
		auto_free char *full = mem_format("%s%s", places[i], name);
		const struct ref *ref = refs_find(&clone->refs, full);

		if (ref && oid_is_set(&ref->oid))
			return ref;
	}
	return NULL;
}

/* The beginning of an id of something that is there, if of one thing alone. */
static bool find_prefix(struct oid *oid, git_odb *odb, const char *text)
{
	struct span left = span_of(text), digits;
	size_t length = left.length;
	git_oid prefix, found;

	if (length < PREFIX_MIN || length >= OID_HEX || !span_take_hex(&left, length, &digits) ||
		git_oid_fromstrn(&prefix, text, length) < 0 ||
		git_odb_exists_prefix(&found, odb, &prefix, length) < 0)
		return false;
	*oid = lib_oid_back(&found);
	return true;
}

bool clone_resolve(struct clone *clone, git_odb *odb)
{
	const char *name = clone->options->ref;
	const struct ref *ref;

	clone->attached = false;
	if (oid_parse(span_of(name), &clone->head))
		return true;
	if (strcmp(name, "HEAD") == 0 ||
		(clone->branch.name && strcmp(name, clone->branch.name) == 0)) {
		clone->head = clone->branch.tip;
		clone->attached = clone->branch.name && !clone->options->worktree;
		return true;
	}
	ref = find_ref(clone, name);
	if (!ref)
		return find_prefix(&clone->head, odb, name);
	clone->head = *ref_commit(ref);
	return true;
}
