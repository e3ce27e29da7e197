/* SPDX-License-Identifier: Apache-2.0 */
/* choice: what kind of versions a source chooses, and which tags or branches count. */
#ifndef GIT_HISTORY_CHOICE_H
#define GIT_HISTORY_CHOICE_H

#include "git/match/select.h"
#include "git/source.h"

enum version_type {
	VERSIONS_COMMITS,
	VERSIONS_TAGGED,        /* tagged commits */
	VERSIONS_TAG_ANCESTORS, /* commits that some tag holds */
	VERSIONS_TAGS,          /* version_type tags */
	VERSIONS_BRANCHES,
};

struct choice {
	enum version_type type;
	struct selection tags;
	struct selection branches;
	bool by_version; /* tags are sorted as versions, not by date */
};

/* ERR_CONFIG where options exclude one another, or belong to another version_type. */
MUST_CHECK int choice_read(struct choice *choice, const struct git_source *source, struct err *err);

void choice_release(struct choice *choice);
#define auto_choice AUTO(choice_release)

#endif
