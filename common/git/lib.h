/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lib: the only includer of libgit2, and the border where its conventions become ours.
 *
 * Its functions return a negative number and keep a message aside: lib_error() makes an `err` of it.
 * Everything that it allocates has an auto_ attribute here.
 */
#ifndef GIT_LIB_H
#define GIT_LIB_H

#include <git2.h>
#include <git2/sys/filter.h>
#include <git2/sys/odb_backend.h>
#include <git2/sys/repository.h>

#include "base/err.h"
#include "git/oid.h"

/* Among git_merge_file_flag_t, of the libgit2 that ci/deps builds: compare by git's histogram. Another one takes
 * no notice, and compares by Myers' algorithm. */
#define LIB_MERGE_FILE_HISTOGRAM (1U << 16)

/*
 * Start libgit2, once; called by whoever opens a repository. No configuration but a repository's own
 * is read, whoever owns it.
 */
MUST_CHECK int lib_start(struct err *err);

/* ERR_INTERNAL, or ERR_STOPPED where a stop was requested: the text, then libgit2's words. -1. */
PRINTF(2, 3) int lib_error(struct err *err, const char *format, ...);

/* Our ids and libgit2's. */
git_oid lib_oid(const struct oid *oid);
struct oid lib_oid_back(const git_oid *oid);

/*
 * Open the repository in exactly that folder, or the bare one that is that folder. Once a stop was requested,
 * libgit2 reads no object of it, and what it was about fails. Whoever takes such a failure for an answer, as
 * "there is no such object", asks for the stop before that counts.
 */
MUST_CHECK int lib_open(git_repository **repository, const char *path, struct err *err);

/*
 * Work without the repository's index, which libgit2 reads for every comparison of trees: what counts is in
 * commits, and git writes indexes that libgit2 cannot read, as those of cone-mode sparse check-outs.
 */
MUST_CHECK int lib_without_index(git_repository *repository, struct err *err);

/* The next commit of a walk: 1, or 0 behind the last one; -1. */
MUST_CHECK int lib_walk_next(git_oid *id, git_revwalk *walk, struct err *err);

/* May a ref have this whole name, as git has it? */
bool lib_is_ref_name(const char *name);

/* Is the object there? Does not look again for packs that came meanwhile. */
bool lib_have(git_odb *odb, const struct oid *oid);

/* Whether what is written may name only objects that are there, as it is to begin with. In a partial
 * clone some are not. */
MUST_CHECK int lib_set_strict(bool strict, struct err *err);

/* Write a commit, of its text. git_commit_create() of libgit2 1.9 succeeds also where it could not be written. */
MUST_CHECK int lib_write_commit(
	git_oid *id, git_repository *repository, struct span text, struct err *err);

/* Write the index as a tree; what it lists may have been left out of a partial clone. */
MUST_CHECK int lib_write_tree(
	git_oid *id, git_index *index, git_repository *repository, struct err *err);

/* Add the commits at which the repository's history is cut. */
MUST_CHECK int lib_add_shallow(git_repository *repository, struct oids *shallow, struct err *err);

#define LIB_AUTO(type, release)                                  \
	static inline void lib_auto_##type(git_##type **pointer) \
	{                                                        \
		release(*pointer);                               \
		*pointer = NULL;                                 \
	}

LIB_AUTO(repository, git_repository_free)
LIB_AUTO(config, git_config_free)
LIB_AUTO(odb, git_odb_free)
LIB_AUTO(blob, git_blob_free)
LIB_AUTO(odb_object, git_odb_object_free)
LIB_AUTO(object, git_object_free)
LIB_AUTO(commit, git_commit_free)
LIB_AUTO(reference, git_reference_free)
LIB_AUTO(reference_iterator, git_reference_iterator_free)
LIB_AUTO(revwalk, git_revwalk_free)
LIB_AUTO(packbuilder, git_packbuilder_free)
LIB_AUTO(remote, git_remote_free)
LIB_AUTO(transaction, git_transaction_free)
LIB_AUTO(tree, git_tree_free)
LIB_AUTO(tree_entry, git_tree_entry_free)
LIB_AUTO(index, git_index_free)
LIB_AUTO(index_conflict_iterator, git_index_conflict_iterator_free)
LIB_AUTO(diff, git_diff_free)
LIB_AUTO(signature, git_signature_free)
LIB_AUTO(describe_result, git_describe_result_free)

#define auto_git(type) AUTO(lib_auto_##type)
#define auto_git_buf AUTO(git_buf_dispose)

#endif
