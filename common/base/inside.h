/* SPDX-License-Identifier: Apache-2.0 */
/* inside: what params name among the step's artifacts. */
#ifndef BUILD_INSIDE_H
#define BUILD_INSIDE_H

#include "base/err.h"

/*
 * Where `path`, below the directory `dir`, really is, with all links followed; the caller frees. NULL with
 * ERR_CONFIG where there is nothing, or where it is outside of `dir`.
 */
MUST_CHECK char *inside_find(const char *dir, const char *path, struct err *err);

#endif
