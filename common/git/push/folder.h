/* SPDX-License-Identifier: Apache-2.0 */
/* folder: the repository that params.repository names, inside the build directory. */
#ifndef GIT_PUSH_FOLDER_H
#define GIT_PUSH_FOLDER_H

#include "base/err.h"

/* The real path of `name` below `dir`, which neither ".." nor a symbolic link leads out of. The caller
 * frees. */
MUST_CHECK int push_folder(char **path, const char *dir, const char *name, struct err *err);

#endif
