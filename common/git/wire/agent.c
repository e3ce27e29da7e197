/* SPDX-License-Identifier: Apache-2.0 */
/* agent: the name under which these programs ask. */
#include <stdio.h>

#include "git/wire/agent.h"
#include "base/release.h"

const char *agent_name(void)
{
	static char name[64];

	(void)snprintf(name, sizeof(name), "build-service-resource/%s", release_version);
	return name;
}

int agent_write(struct buf *out, const struct capabilities *capabilities, struct err *err)
{
	if (capabilities_have(capabilities, "agent") &&
		pkt_format(out, err, "agent=%s\n", agent_name()) < 0)
		return -1;
	if (capabilities_have(capabilities, "object-format") &&
		pkt_format(out, err, "object-format=sha1\n") < 0)
		return -1;
	return 0;
}
