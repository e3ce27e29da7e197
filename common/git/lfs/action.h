/* SPDX-License-Identifier: Apache-2.0 */
/*
 * action: what an LFS server says of a request that is to be made: where, with which headers, until
 * when. The same object stands in the answer to a batch and in that of git-lfs-authenticate.
 */
#ifndef GIT_LFS_ACTION_H
#define GIT_LFS_ACTION_H

#include <jansson.h>

#include "base/err.h"
#include "base/secret.h"

struct lfs_action {
	char *href;              /* NULL: none */
	struct secret **headers; /* "Name: value" lines: they may hold tokens */
	size_t header_count;
	int64_t expires_ms; /* wall clock; 0: it does not, as far as is known */
};

/*
 * Read the object. ERR_REMOTE where it is none, where a header could not be sent, or where there is
 * no end of them. `href` may be missing.
 */
MUST_CHECK int lfs_action_read(struct lfs_action *action, json_t *object, struct err *err);

/* Has its time come? */
bool lfs_action_is_over(const struct lfs_action *action);

/* Does it have a header of that name? */
bool lfs_action_has(const struct lfs_action *action, const char *name);

void lfs_action_release(struct lfs_action *action);
#define auto_lfs_action AUTO(lfs_action_release)

/* What a server says for people: its first line, not too long of it. The caller frees; NULL: nothing. */
MUST_CHECK char *lfs_words(json_t *text);

#endif
