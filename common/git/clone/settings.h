/* SPDX-License-Identifier: Apache-2.0 */
/* settings: source.git_config in the local configuration of a clone. They are written, never run. */
#ifndef GIT_CLONE_SETTINGS_H
#define GIT_CLONE_SETTINGS_H

#include "base/err.h"
#include "resource/schema.h"

/*
 * Add them to the configuration in the folder `git`. `for_checkout` takes only those that say how files are
 * written: others might lead libgit2 somewhere else.
 */
MUST_CHECK int settings_write(
	const char *git, const struct list *settings, bool for_checkout, struct err *err);

#endif
