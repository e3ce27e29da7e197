/* SPDX-License-Identifier: Apache-2.0 */
/* descent: one thread's walk from an object that is whole to all that build on it. */
#ifndef GIT_PACK_DESCENT_H
#define GIT_PACK_DESCENT_H

#include <pthread.h>

#include "git/pack/family.h"

struct descent;

/* `adopt`: what names its base by its id, too, is resolved on the way. No other thread may be at work then.
 * `large` is locked while much memory is held. All are borrowed. */
MUST_CHECK struct descent *descent_new(
	struct pack_objects *objects, struct family *family, bool adopt, pthread_mutex_t *large);
void descent_free(struct descent *descent);

/* Resolve what builds on `root`; `done` is called for each object that was made. */
MUST_CHECK int descent_run(struct descent *descent, uint32_t root, void (*done)(void *context),
	void *context, struct err *err);

#endif
