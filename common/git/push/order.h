/* SPDX-License-Identifier: Apache-2.0 */
/* order: what a put is to do, read from its params and the files that they name, and checked. */
#ifndef GIT_PUSH_ORDER_H
#define GIT_PUSH_ORDER_H

#include "base/err.h"
#include "git/combine/combine.h"
#include "git/source.h"

/* Which refs of the remote may be moved. */
enum push_force {
	PUSH_FORWARD, /* to a descendant */
	PUSH_LEASED,  /* the branch that is still as the clone last saw it; tags not at all */
	PUSH_FORCED,  /* any */
};

/* What becomes of the commits that the remote's branch has and HEAD has not. */
enum push_onto { PUSH_AS_IT_IS, PUSH_MERGED, PUSH_REBASED };

struct push_order {
	char *path;       /* of the repository */
	char *branch;     /* at the remote; NULL: none is pushed */
	char *ref;        /* its full name there */
	char *tag;        /* full name of the tag to set; NULL: none */
	char *annotation; /* its message; NULL: no tag object */
	char *note;       /* to add to the commit; NULL: none */
	bool all_tags;    /* push every local tag, else only that one */
	bool atomic;      /* all refs or none */
	enum push_force force;
	enum push_onto onto;
	struct combine_strategy strategy;
	bool unmerged;                 /* the version is HEAD as it was before the merge */
	const struct strings *options; /* for hooks; borrowed of the params */
	const struct list *settings;   /* of git; borrowed of the source */
};

/* `dir` is the build directory. ERR_CONFIG names the field. */
MUST_CHECK int push_order_read(struct push_order *order, const struct git_source *source,
	const struct git_put *put, const char *dir, struct err *err);

void push_order_release(struct push_order *order);
#define auto_push_order AUTO(push_order_release)

#endif
