/* SPDX-License-Identifier: Apache-2.0 */
/* commitish: a value that a put takes from a file of the step's artifacts. */
#ifndef BUILD_COMMITISH_H
#define BUILD_COMMITISH_H

#include "base/err.h"

/*
 * The only word in the file `path` inside the directory `dir`, without the white space around it;
 * the caller frees. ERR_CONFIG, whose message begins with `field` ("params.commitish"), where there
 * is no such file, where it is not inside `dir` (a link may lead elsewhere), or where it holds no
 * word, several, or one that is longer than any revision.
 */
MUST_CHECK char *commitish_read(
	const char *dir, const char *path, const char *field, struct err *err);

#endif
