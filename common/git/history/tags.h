/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tags: the tags of a remote with their commits and dates, and which of them a branch holds.
 *
 * A tag's date is its tagger's, or its commit's where it has none (git's creatordate).
 */
#ifndef GIT_HISTORY_TAGS_H
#define GIT_HISTORY_TAGS_H

#include "git/match/select.h"
#include "git/pack/memory.h"
#include "git/remote/remote.h"

struct tag {
	char *name;     /* without refs/tags/ */
	struct oid oid; /* of the tag object, or the same as `commit` */
	struct oid commit;
	int64_t date;
};

/* `{ 0 }` is empty. */
struct tags {
	struct tag *items;
	size_t count;
};

/* Append the selected tags among the refs. */
void tags_select(struct tags *tags, const struct refs *refs, const struct selection *selection);

/*
 * Fetch the tags and their commits, and with `parents` those commits' parents, into the memory; set
 * the dates, and drop the tags of what is no commit. Then sort by date, and by name where that is
 * equal.
 */
MUST_CHECK int tags_date(struct tags *tags, struct remote *remote, bool parents,
	struct pack_memory *memory, struct err *err);

/* Keep those whose commit is in the history of `tip`. */
MUST_CHECK int tags_keep_merged(
	struct tags *tags, struct remote *remote, const struct oid *tip, struct err *err);

const struct tag *tags_find(const struct tags *tags, const char *name);

void tags_release(struct tags *tags);
#define auto_tags AUTO(tags_release)

#endif
