/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config: what is configured of Git LFS: by source.git_config and, below that, by the file .lfsconfig
 * of the repository, of which only those keys count that git-lfs takes from there.
 */
#ifndef GIT_LFS_CONFIG_H
#define GIT_LFS_CONFIG_H

#include "base/err.h"
#include "base/span.h"
#include "base/strings.h"
#include "resource/schema.h"

struct lfs_config {
	const struct list *given;     /* source.git_config, borrowed */
	struct strings names, values; /* of the file, as many of each */
};

/* Read the text of .lfsconfig, which may be empty. ERR_REMOTE where git could not read it. */
MUST_CHECK int lfs_config_read(
	struct lfs_config *config, const struct list *given, struct span file, struct err *err);
void lfs_config_release(struct lfs_config *config);
#define auto_lfs_config AUTO(lfs_config_release)

/* The value of a key, in lower case; the caller frees. NULL: it is not set, or empty. */
MUST_CHECK char *lfs_config_get(const struct lfs_config *config, const char *key);

/* A list, separated by commas. */
void lfs_config_list(struct strings *list, const struct lfs_config *config, const char *key);

#endif
