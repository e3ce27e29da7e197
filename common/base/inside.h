/* SPDX-License-Identifier: Apache-2.0 */
/* inside: what params name inside the build directory. */
#ifndef BASE_INSIDE_H
#define BASE_INSIDE_H

#include "base/err.h"

/*
 * Where `name`, below the directory `dir`, really is, with all links followed; the caller frees. NULL with
 * ERR_MISSING where there is nothing, and with ERR_CONFIG where ".." or a link leads out of `dir`.
 */
MUST_CHECK char *inside_find(const char *dir, const char *name, struct err *err);

#endif
