/* SPDX-License-Identifier: Apache-2.0 */
/* local: a repository on this machine, served in-process. */
#include "git/remote/transport.h"

static int local_open(void **state, const struct git_source *source, struct err *err)
{
	(void)state;
	(void)source;
	return err_set(err, ERR_CONFIG, "source.uri: local repositories are not supported yet");
}

const struct transport local_transport = {
	.open = local_open,
};
