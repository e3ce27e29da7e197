/* SPDX-License-Identifier: Apache-2.0 */
/*
 * since: which commits of a branch are versions after a given one.
 *
 * Nothing is kept between two checks. The server is asked for the tip and told that we have the given
 * version: what it acknowledges says how the two are related, and the pack that it sends holds just
 * the commits between them.
 */
#ifndef GIT_HISTORY_SINCE_H
#define GIT_HISTORY_SINCE_H

#include "git/remote/remote.h"

/*
 * Append the first-parent chain of `tip`, oldest first: from `version` on and with it where it is on
 * the chain; from where the two part, where the branch was rewritten; only the tip where `version` is
 * NULL or unknown, or the branch was set back.
 */
MUST_CHECK int history_since(struct oids *commits, struct remote *remote, const struct oid *tip,
	const char *version, struct err *err);

#endif
