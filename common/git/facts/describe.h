/* SPDX-License-Identifier: Apache-2.0 */
/* describe: a commit named by the nearest tag before it, by the options of `git describe`. */
#ifndef GIT_FACTS_DESCRIBE_H
#define GIT_FACTS_DESCRIBE_H

#include "base/err.h"
#include "base/strings.h"
#include "git/oid.h"

struct git_repository;

struct describe_options {
	bool tags, all, always, long_form, first_parent;
	bool has_abbreviation;
	unsigned int abbreviation; /* digits of an id; 0: the name of the tag alone */
	unsigned int candidates;   /* 0: only a tag that names the commit itself */
	char *match;               /* a glob; NULL: all names */
};

/*
 * Read params.describe_ref_options, words between blanks. NULL is what the git resource gives:
 * "--always --dirty --broken", of which the two last say nothing about what was just checked out.
 * ERR_CONFIG names the word that is not known or not supported here.
 */
MUST_CHECK int describe_parse(struct describe_options *options, const char *words, struct err *err);
void describe_release(struct describe_options *options);
#define auto_describe AUTO(describe_release)

/*
 * "v1.0-3-g0123456"; "" where no name is found and `always` does not say to give the id. `objects` is
 * how many the repository has, from which git derives how short ids may be. The caller frees.
 */
MUST_CHECK char *describe_commit(const struct describe_options *options,
	struct git_repository *repository, const struct oid *oid, uint64_t objects);

#endif
