/* SPDX-License-Identifier: Apache-2.0 */
/*
 * note_tree: the tree of notes: a file for each note, named by the id of the object that it is
 * about, with slashes after its first pairs of digits where there are many (git's notes.c).
 */
#ifndef GIT_PUSH_NOTE_TREE_H
#define GIT_PUSH_NOTE_TREE_H

#include "base/err.h"
#include "git/oid.h"

struct git_repository;

struct note_tree_change {
	struct oid before; /* the commit of the notes so far; unset: there are none */
	struct oid on;     /* the object that the note is about */
	struct oid note;   /* a blob */
	bool replace;      /* whatever note is there */
};

/*
 * The tree with that note, which git would write, to `tree`; what is no note stays. Returns 1, or 0
 * where the very note is there already. ERR_CONFIG where another one is and is not to be replaced.
 */
MUST_CHECK int note_tree_write(struct oid *tree, struct git_repository *repository,
	const struct note_tree_change *change, struct err *err);

#endif
