/* SPDX-License-Identifier: Apache-2.0 */
/* rewrite: uris by url.<base>.insteadOf and url.<base>.pushInsteadOf of source.git_config. */
#ifndef GIT_ACCESS_REWRITE_H
#define GIT_ACCESS_REWRITE_H

#include "git/setting.h"

/* The uri as git reaches it: the longest beginning that a setting names gives way to its base, the
 * first of equals; for a push pushInsteadOf goes before insteadOf. The caller frees. */
MUST_CHECK char *rewrite_uri(const struct list *settings, const char *uri, bool for_push);

#endif
