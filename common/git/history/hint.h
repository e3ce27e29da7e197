/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hint: how far an earlier check has looked without finding anything, so that the next goes on from
 * there and not from the version, which may be old where commits are rarely wanted.
 *
 * What it says is of content alone: of the first-parent chain from `examined` down to `version`, or to
 * the root, no commit is wanted. So it is as good for a branch that was rewritten since, as long as
 * that still holds `examined` on its chain. It stands in a small file under ${TMPDIR:-/tmp} that only
 * its owner can read. The file may vanish or be damaged, and need not be writable: then checks cost
 * more, and answer the same.
 */
#ifndef GIT_HISTORY_HINT_H
#define GIT_HISTORY_HINT_H

#include "git/history/hints.h"
#include "git/source.h"

/* Which commits are meant, as a digest: nothing of the source can be read from it. */
struct hint {
	char key[HINT_KEY + 1]; /* empty: there are no hints */
};

/* `address` is the repository's, without credentials. */
void hint_init(struct hint *hint, const char *address, const struct git_source *source);

/* What was examined since that version; NULL is none. False where there is no hint. */
bool hint_get(const struct hint *hint, const struct oid *version, struct oid *examined);

/* Leave a hint for the next check, if that is possible. */
void hint_put(const struct hint *hint, const struct oid *version, const struct oid *examined);

#endif
