/* SPDX-License-Identifier: Apache-2.0 */
/* in, git: not there yet. */
#include "in/in.h"

int in_git(const struct request *request, struct answer *answer, struct err *err)
{
	(void)request;
	(void)answer;
	return err_set(err, ERR_INTERNAL, "in does not know the kind 'git' yet");
}
