/* SPDX-License-Identifier: Apache-2.0 */
/* image_wait: wait until an Image has another image or another build than it had. */
#ifndef BUILD_IMAGE_WAIT_H
#define BUILD_IMAGE_WAIT_H

#include "build/image.h"

/*
 * Watch the Image from the state that `image` holds, until `end_ms` (monotonic) at most. 1, with the
 * new state, where it has moved; 0 where the time is over, or a signal says to stop, which is then
 * forgotten: whoever waits so has an answer. -1 with err; ERR_MISSING where it was deleted.
 */
MUST_CHECK int image_wait(
	struct image *image, const struct service *service, int64_t end_ms, struct err *err);

#endif
