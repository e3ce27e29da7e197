/* SPDX-License-Identifier: Apache-2.0 */
/* check, git: not there yet. */
#include "check/check.h"

int check_git(const struct request *request, struct answer *answer, struct err *err)
{
	(void)request;
	(void)answer;
	return err_set(err, ERR_INTERNAL, "check does not know the kind 'git' yet");
}
