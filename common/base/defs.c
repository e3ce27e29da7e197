/* SPDX-License-Identifier: Apache-2.0 */
/* defs: the one cleanup that needs a body. */
#include <errno.h>
#include <unistd.h>

#include "base/defs.h"

void defs_close_fd(const int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		(void)close(*fd);
	errno = saved;
}
