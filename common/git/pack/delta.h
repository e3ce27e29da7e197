/* SPDX-License-Identifier: Apache-2.0 */
/* delta: an object as copies from another one and new bytes (gitformat-pack, "Deltified representation"). */
#ifndef GIT_PACK_DELTA_H
#define GIT_PACK_DELTA_H

#include "base/buf.h"
#include "base/err.h"

/* Append to `out`, whose maximum bounds it, what `delta` makes of `base`. ERR_REMOTE where it does not
 * fit to it. */
MUST_CHECK int delta_apply(struct buf *out, struct span base, struct span delta, struct err *err);

/* What it says that its result has in bytes; false where it is cut before that. */
bool delta_result(struct span delta, uint64_t *size);

#endif
