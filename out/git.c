/* SPDX-License-Identifier: Apache-2.0 */
/* out, git: not there yet. */
#include "out/out.h"

int out_git(const struct request *request, struct answer *answer, struct err *err)
{
	(void)request;
	(void)answer;
	return err_set(err, ERR_INTERNAL, "out does not know the kind 'git' yet");
}
