/* SPDX-License-Identifier: Apache-2.0 */
/* check, image: not there yet. */
#include "check/check.h"

int check_image(const struct request *request, struct answer *answer, struct err *err)
{
	(void)request;
	(void)answer;
	return err_set(err, ERR_INTERNAL, "check does not know the kind 'image' yet");
}
