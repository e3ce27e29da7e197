/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clone: a repository with a branch, its tags and notes, and a commit of it checked out, as
 * `git clone --single-branch` and `git checkout <commit>` leave it, so that any git client goes on.
 *
 * fetch.c asks and receives, resolve.c finds what the version names, depth.c deepens, files.c and
 * checkout.c choose and write the files, layout.c and settings.c write what else is in .git.
 */
#ifndef GIT_CLONE_CLONE_H
#define GIT_CLONE_CLONE_H

#include "git/crypt/crypt.h"
#include "git/remote/branch.h"

enum clone_tags {
	CLONE_TAGS_OF_HISTORY, /* those of the commits that come anyway */
	CLONE_TAGS_ALL,
	CLONE_TAGS_NONE,
};

struct clone_options {
	const char *branch;            /* or a tag; NULL: what the remote's HEAD names */
	const char *ref;               /* a commit, a tag, a branch; "HEAD": the branch itself */
	const struct strings *fetch;   /* further branches */
	const struct strings *sparse;  /* patterns of the files to write; none: all files */
	const struct list *git_config; /* of struct git_setting */
	enum clone_tags tags;
	int depth;         /* 0: whole history */
	bool all_branches; /* not with a depth */
	bool search;       /* look for `ref` in all refs of the server */
	bool partial; /* leave out contents of files that are not checked out, where the server can */
	bool without_lfs; /* write the pointers of Git LFS as they are */
	/*
	 * Of a submodule: its folder as seen from its .git, for core.worktree; NULL: it is none. Then
	 * HEAD is detached, notes are no part of it, and of git_config only what says how files are
	 * written. With a depth, `ref` is asked for by its id at once.
	 */
	const char *worktree;
};

struct clone {
	const char *path; /* the folder, borrowed */
	char *git;        /* its .git, wherever that is; unset: in the folder */
	const struct clone_options *options;
	struct crypt *crypt;  /* decrypts files; NULL: they are written as they are stored */
	struct branch branch; /* at the remote */
	struct oid head;      /* the commit to check out */
	bool attached;        /* HEAD stays on the branch */
	struct refs refs;     /* as the server told */
	struct refs kept;     /* those whose objects came */
	struct oids shallow;  /* where the history is cut */
	bool has_lfs;         /* files are kept by Git LFS */
	bool filtered;        /* the server leaves out contents of files */
	uint64_t objects;     /* received */
};

/*
 * Receive the history that the options ask for, and the commit that `ref` names if that is not in it,
 * into the folder, which folder_begin() prepared, or into `git`, which must not be there or be empty.
 * ERR_MISSING where the server has no such commit.
 */
MUST_CHECK int clone_fetch(struct clone *clone, struct remote *remote, struct err *err);

/* Write refs, configuration, index and working tree; contents that were left out come now. */
MUST_CHECK int clone_check_out(struct clone *clone, struct remote *remote, struct err *err);

/* Forget all tags. */
MUST_CHECK int clone_clean_tags(struct clone *clone, const struct remote *remote, struct err *err);

void clone_release(struct clone *clone);
#define auto_clone AUTO(clone_release)

#endif
