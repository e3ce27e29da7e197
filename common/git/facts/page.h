/* SPDX-License-Identifier: Apache-2.0 */
/* page: the web page of a commit on the forges that the git resource knows. */
#ifndef GIT_FACTS_PAGE_H
#define GIT_FACTS_PAGE_H

#include "git/oid.h"

/*
 * From the url of origin, https, ssh or in scp's form. NULL where its host is none of GitHub, Gogs,
 * GitLab and Bitbucket. Without userinfo. The caller frees.
 */
MUST_CHECK char *page_of_commit(const char *origin, const struct oid *oid);

#endif
