/* SPDX-License-Identifier: Apache-2.0 */
/* page: the web page of a commit on the forges that the git resource knows. */
#ifndef RESOURCE_PAGE_H
#define RESOURCE_PAGE_H

#include "base/defs.h"

/*
 * From the url of a repository, https, ssh or in scp's form, and the id of a commit. NULL where its
 * host is none of GitHub, Gogs, GitLab and Bitbucket. Without userinfo. The caller frees.
 */
MUST_CHECK char *page_of_commit(const char *url, const char *commit);

#endif
