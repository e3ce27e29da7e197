/* SPDX-License-Identifier: Apache-2.0 */
/* in, image: not there yet. */
#include "in/in.h"

int in_image(const struct request *request, struct answer *answer, struct err *err)
{
	(void)request;
	(void)answer;
	return err_set(err, ERR_INTERNAL, "in does not know the kind 'image' yet");
}
