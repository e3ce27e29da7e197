/* SPDX-License-Identifier: Apache-2.0 */
/* named: the commits that versions and people name. */
#include "base/log.h"
#include "base/mem.h"
#include "git/history/named.h"
#include "git/history/walk.h"

/* All of the history, if it must be; the chain comes with most of what is asked for in practice. */
static int find_short(struct oid *commit, struct remote *remote, const struct oid *tip,
	const char *digits, struct err *err)
{
	auto_walk struct walk *walk = walk_new(remote, tip, false);

	for (;;) {
		const struct history_commit *block;
		long count = walk_block(walk, &block, err);

		if (count < 0)
			return -1;
		if (walk_find(walk, digits, commit))
			return 1;
		if (count == 0)
			break;
	}
	log_info("no commit of the branch has an id that begins with %s", digits);
	return 0;
}

int named_version(struct oid *commit, struct remote *remote, const struct oid *tip,
	const char *name, struct err *err)
{
	struct oid digits;

	if (oid_parse(span_of(name), commit))
		return 1;
	if (!oid_parse_short(span_of(name), &digits))
		return 0;
	if (span_starts(span_of(tip->hex), digits.hex)) {
		*commit = *tip;
		return 1;
	}
	return find_short(commit, remote, tip, digits.hex, err);
}

/* 1, or 0 where there is no such ref. */
static int find_ref(struct oid *commit, struct remote *remote, const char *name, struct err *err)
{
	auto_free char *tag = mem_format("refs/tags/%s", name);
	auto_free char *head = mem_format("refs/heads/%s", name);
	const char *const prefixes[] = { tag, head, name };
	const struct refs_query query = { prefixes, COUNT(prefixes), .peel = true };
	auto_refs struct refs refs = { 0 };

	if (remote_refs(remote, &query, &refs, err) < 0)
		return -1;
	for (size_t i = 0; i < COUNT(prefixes); i++) {
		const struct ref *ref = refs_find(&refs, prefixes[i]);

		if (!ref)
			continue;
		*commit = *ref_commit(ref);
		return 1;
	}
	return 0;
}

int named_commit(struct oid *commit, struct remote *remote, const struct oid *tip, const char *name,
	struct err *err)
{
	int found = 0;

	if (!oid_parse(span_of(name), commit)) {
		found = find_ref(commit, remote, name, err);
		if (found == 0)
			found = named_version(commit, remote, tip, name, err);
		if (found == 0)
			return err_set(err, ERR_MISSING,
				"source.initial_version: there is no commit, tag or branch '%s' at "
				"%s",
				name, remote_address(remote));
	}
	return found < 0 ? -1 : 0;
}
