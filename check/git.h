/* SPDX-License-Identifier: Apache-2.0 */
/* git: what the files of check have in common that look for the versions of a git repository. */
#ifndef CHECK_GIT_H
#define CHECK_GIT_H

#include "git/history/choice.h"
#include "git/history/filter.h"
#include "git/remote/branch.h"
#include "resource/answer.h"

struct git_check {
	struct answer *answer;
	const struct git_source *source;
	const struct git_version *version; /* NULL: none */
	const struct choice *choice;
	const struct history_filters *filters;
	struct remote *remote;
};

/* The commits of a branch, or those that some tag holds. */
int check_git_commits(const struct git_check *check, struct err *err);
int check_git_tag_ancestors(const struct git_check *check, struct err *err);

/* Tagged commits, as {ref: tag, commit: id}, and tags by themselves, as {tag: tag, ref: id}. */
int check_git_tagged(const struct git_check *check, struct err *err);
int check_git_tags(const struct git_check *check, struct err *err);

/* The names of branches. */
int check_git_branches(const struct git_check *check, struct err *err);

#endif
