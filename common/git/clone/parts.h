/* SPDX-License-Identifier: Apache-2.0 */
/* parts: what the files that make a clone ask of each other; private to them. */
#ifndef GIT_CLONE_PARTS_H
#define GIT_CLONE_PARTS_H

#include "git/clone/clone.h"
#include "git/lib.h"

/*
 * Receive what `request` wants, beside what is there: wants, haves and depth are given, and the rest
 * follows from the clone, which learns where its history is cut now.
 */
MUST_CHECK int clone_receive(struct clone *clone, struct remote *remote,
	const struct fetch_request *request, struct err *err);

MUST_CHECK int clone_open_odb(git_odb **odb, const struct clone *clone, struct err *err);

/*
 * What options.ref names, by what is known: HEAD, an id, the branch, a tag or branch that the server
 * told of, the beginning of an id. False where it names nothing; the commit may not be there.
 */
bool clone_resolve(struct clone *clone, git_odb *odb);

/*
 * Deepen until options.depth commits are there from options.ref on, by doubling steps; past a
 * threshold the whole history comes. `request` is what the first fetch asked for.
 */
MUST_CHECK int clone_deepen(struct clone *clone, struct remote *remote,
	const struct fetch_request *request, struct err *err);

/* wanted.c: the refs to ask for, by prefixes. */
void wanted_prefixes(struct strings *prefixes, const struct clone_options *options);

/* What the server told of that is wanted beside the branch: notes, and branches and tags by options. */
void wanted_beside_the_branch(struct oids *wants, const struct clone *clone);

/* Annotated tags of the history that came: most of them came with it, by include-tag. */
MUST_CHECK int wanted_tags(struct oids *wants, const struct clone *clone, struct err *err);

/* The branches of options.fetch that did not come yet. */
MUST_CHECK int wanted_further(struct oids *wants, const struct clone *clone, struct err *err);

/*
 * Add to `kept` the refs whose objects are there: tags before further branches come, since those bring
 * none with them, and the others after.
 */
MUST_CHECK int wanted_keep_tags(struct clone *clone, struct err *err);
MUST_CHECK int wanted_keep_others(struct clone *clone, struct err *err);

/*
 * Write the index and the working tree. Contents that the server left out are received as far as they
 * are needed.
 */
MUST_CHECK int clone_write_files(struct clone *clone, struct remote *remote, struct err *err);

#endif
