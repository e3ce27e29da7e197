/* SPDX-License-Identifier: Apache-2.0 */
/* command: a command beside git's own on a server that is reached by SSH. */
#ifndef GIT_REMOTE_COMMAND_H
#define GIT_REMOTE_COMMAND_H

#include "base/buf.h"
#include "git/access/access.h"

/* What a shell ends with where it does not find a command. */
enum { COMMAND_UNKNOWN = 127 };

/*
 * Run `program PATH argument` there, PATH being that of the place's uri, over a connection of its own,
 * and append what it writes to `answer`. Returns 0, or COMMAND_UNKNOWN; a
 * program that fails is ERR_REMOTE with what it says.
 */
MUST_CHECK int remote_command(struct access *access, const struct place *place, const char *program,
	const char *argument, struct buf *answer, struct err *err);

#endif
