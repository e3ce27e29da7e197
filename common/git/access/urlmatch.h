/* SPDX-License-Identifier: Apache-2.0 */
/*
 * urlmatch: settings of http.* for one URL, as git finds them (git-config, "http.<url>.*"): the one
 * whose URL fits best, by host, then path, then user; http.* without a URL fits all, and worst.
 */
#ifndef GIT_ACCESS_URLMATCH_H
#define GIT_ACCESS_URLMATCH_H

#include "base/strings.h"
#include "git/setting.h"

/* The value of http.<variable>, in lower case, for the URL; NULL: none. */
const struct git_setting *urlmatch_find(
	const struct list *settings, const char *variable, const char *url);

/*
 * Append all values, as git collects a list: an empty one begins it anew, and what fits worse than
 * what came before is passed over. Without `general`, those of http.<variable> alone are left out.
 */
void urlmatch_list(struct strings *values, const struct list *settings, const char *variable,
	const char *url, bool general);

#endif
