/* SPDX-License-Identifier: Apache-2.0 */
/*
 * combine: what is here and what the remote's branch has meanwhile become one history, by a merge or
 * by a rebase, as git pull makes it.
 *
 * Commits are made as objects: no ref, index or file of the repository is touched, so that it can be
 * done again from the same beginning.
 */
#ifndef GIT_COMBINE_COMBINE_H
#define GIT_COMBINE_COMBINE_H

#include "git/oid.h"
#include "git/remote/remote.h"

struct git_repository;
struct git_signature;

/* As the options of git's strategy of the same names. */
enum combine_favour { FAVOUR_NONE, FAVOUR_OURS, FAVOUR_THEIRS };

/* How lines are compared; the first is git's default. */
enum combine_algorithm {
	ALGORITHM_HISTOGRAM,
	ALGORITHM_PATIENCE,
	ALGORITHM_MINIMAL,
	ALGORITHM_MYERS,
};

struct combine_strategy {
	enum combine_favour favour;
	bool ignore_space_change;
	bool ignore_all_space;
	bool ignore_space_at_eol;
	enum combine_algorithm algorithm;
	bool no_renames;
	bool no_folders; /* as for merge bases: a renamed folder with new files is none */
};

struct combine {
	struct git_repository *repository;
	const struct git_signature *committer;
	const struct combine_strategy *strategy;
	const char *branch;  /* at the remote, for messages */
	const char *address; /* of the remote */
	struct oid ours;     /* HEAD */
	struct oid theirs;   /* the tip of the remote's branch */
};

/* Read params.rebase_strategy and its options. ERR_CONFIG for what libgit2 cannot do as git does. */
MUST_CHECK int combine_strategy_read(struct combine_strategy *strategy, const char *name,
	const struct strings *options, struct err *err);

/* Fetch the history of `tip`, of the ref `name` at the remote, as far as it is not there yet. 1, or 0 where
 * the tip was there; after 1 a push must ask for the refs again. */
MUST_CHECK int combine_fetch(struct git_repository *repository, struct remote *remote,
	const char *name, const struct oid *tip, struct err *err);

/* In a clone without contents of files, fetch those that a merge or a rebase compares. 1, or 0 where none
 * was missing; after 1 a push must ask for the refs again. */
MUST_CHECK int combine_fetch_contents(
	const struct combine *combine, struct remote *remote, struct err *err);

/* As git pull --no-rebase --no-edit. ERR_CONFIG where both changed the same lines. */
MUST_CHECK int combine_merge(struct oid *result, const struct combine *combine, struct err *err);

/* As git pull --rebase=merges. ERR_CONFIG where a commit cannot be put on top of theirs. */
MUST_CHECK int combine_rebase(struct oid *result, const struct combine *combine, struct err *err);

#endif
