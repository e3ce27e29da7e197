/* SPDX-License-Identifier: Apache-2.0 */
/* git: what in does for the versions of a git repository that are not commits. */
#ifndef IN_GIT_H
#define IN_GIT_H

#include "resource/request.h"

/* The version has `branches`. */
int in_git_branches(const struct request *request, struct answer *answer, struct err *err);

/* What a version has besides whose tag is named: the file .git/tag, and a row of metadata. */
int in_git_tell_tag(const char *path, const char *tag, struct answer *answer, struct err *err);

#endif
