/* SPDX-License-Identifier: Apache-2.0 */
/* short_ref: the beginning of a ref in the format that params.short_ref_format gives. */
#ifndef GIT_FACTS_SHORT_REF_H
#define GIT_FACTS_SHORT_REF_H

#include "base/err.h"
#include "base/span.h"

/*
 * The first seven bytes of `ref` by printf's format: "%s" at most once, with flags, width and precision,
 * "%%", and the escapes \n, \t, \r, \\ and \". NULL is "%s". The caller frees. ERR_CONFIG where the
 * format is another.
 */
MUST_CHECK int short_ref(char **text, const char *format, struct span ref, struct err *err);

#endif
