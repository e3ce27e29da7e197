/* SPDX-License-Identifier: Apache-2.0 */
/*
 * commit: the text of a commit object, read in place (gitformat: tree, parent*, author, committer,
 * other headers, an empty line, the message).
 */
#ifndef GIT_COMMIT_H
#define GIT_COMMIT_H

#include "git/oid.h"

/* "Name <mail> seconds zone"; what does not parse is empty or 0. */
struct person {
	struct span name;
	struct span mail;
	int64_t seconds;  /* since 1970 */
	int zone_minutes; /* east of Greenwich */
};

/* Borrows the text that it was read from. */
struct commit {
	struct oid tree;
	struct oid first_parent; /* unset: a root */
	size_t parent_count;
	struct span parents; /* the lines that name them, for commit_next_parent() */
	struct person author;
	struct person committer;
	struct span message; /* as it is, from behind the empty line to the end */
};

/* False where it is not a commit. */
bool commit_parse(struct span text, struct commit *commit);

/* Take the next of `parents`. */
bool commit_next_parent(struct span *parents, struct oid *oid);

/* The tagger of the text of an annotated tag; without one all is empty. False where it is no tag. */
bool commit_parse_tagger(struct span tag, struct person *tagger);

/* "2026-11-23 14:31:53 +0100", as git's %ai. */
#define PERSON_DATE_SIZE 64
void person_date(const struct person *person, char text[static PERSON_DATE_SIZE]);

#endif
