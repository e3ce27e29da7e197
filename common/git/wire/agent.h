/* SPDX-License-Identifier: Apache-2.0 */
/* agent: the name under which these programs ask. */
#ifndef GIT_WIRE_AGENT_H
#define GIT_WIRE_AGENT_H

#include "git/wire/capabilities.h"

/* "build-service-resource/0.1.0" */
const char *agent_name(void);

/* Append v2's "agent=..." and "object-format=sha1" where the server knows them. */
MUST_CHECK int agent_write(
	struct buf *out, const struct capabilities *capabilities, struct err *err);

#endif
