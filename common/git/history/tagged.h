/* SPDX-License-Identifier: Apache-2.0 */
/* tagged: which tags are versions, oldest first. */
#ifndef GIT_HISTORY_TAGGED_H
#define GIT_HISTORY_TAGGED_H

#include "git/history/filter.h"
#include "git/history/tags.h"

struct tagged_query {
	const struct history_filters *filters;
	const char *version;   /* name of the tag, or NULL */
	const char *commit;    /* its commit then, or NULL */
	const char *initial;   /* source.initial_version, which counts where there is no version */
	const struct oid *tip; /* tags in its history alone; NULL: all */
	int64_t depth;         /* how many are found where there is no version, or it is gone */
};

/*
 * Reduce the selected tags to the versions:
 *
 *   no version             the newest `depth` whose commits the filters want
 *   the tag stands         itself, and what is wanted after it by date
 *   it was moved           the same, from its older commit's date on if that is the older one
 *   it was deleted         what is wanted from its commit's date on; as without a version where that
 *                          commit is gone too
 */
MUST_CHECK int tagged_versions(struct tags *tags, struct remote *remote,
	const struct tagged_query *query, struct err *err);

/*
 * The newest commit of `tip`'s first-parent chain that one of the tags holds, which all older ones
 * are held by as well; unset where no tag holds any.
 */
MUST_CHECK int tagged_ancestor(struct oid *newest, struct remote *remote, const struct oid *tip,
	const struct tags *tags, struct err *err);

#endif
