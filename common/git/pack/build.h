/* SPDX-License-Identifier: Apache-2.0 */
/* build: a pack of what one side has and the other has not, by libgit2's packbuilder. */
#ifndef GIT_PACK_BUILD_H
#define GIT_PACK_BUILD_H

#include "base/err.h"
#include "git/oid.h"
#include "git/pack/sink.h"

struct git_repository;

struct pack_build {
	const struct oids *wants; /* commits and annotated tags, with all that they reach */
	const struct oids
		*haves; /* with all that they reach; unknown ones are passed over. NULL: none */
	const struct oids *cut; /* commits whose parents the other side does without; NULL: none */
	bool without_trees;     /* commits and tags alone */
	int depth;              /* 0: all; else commits up to so many generations from the wants */
	int64_t since;          /* 0: all; else only commits after it, and the wants */
};

/* The pack goes to the sink. `shallow` gets the commits whose parents `depth` cuts off. */
MUST_CHECK int pack_build(struct git_repository *repository, const struct pack_build *build,
	const struct pack_sink *sink, struct oids *shallow, struct err *err);

#endif
