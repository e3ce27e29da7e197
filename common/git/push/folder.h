/* SPDX-License-Identifier: Apache-2.0 */
/*
 * folder: what params name inside the build directory. Neither ".." nor a symbolic link leads out of
 * it.
 */
#ifndef GIT_PUSH_FOLDER_H
#define GIT_PUSH_FOLDER_H

#include "base/err.h"

/* The real path of the folder params.repository, `name` below `dir`. The caller frees. ERR_CONFIG. */
MUST_CHECK int push_folder(char **path, const char *dir, const char *name, struct err *err);

struct push_file {
	const char *field; /* for messages */
	const char *dir;
	const char *name;
	const char *
		repository; /* then, if it is not in `dir`, beside that folder; NULL: there alone */
};

/* The real path of a file. The caller frees. ERR_CONFIG. */
MUST_CHECK int push_file_find(char **path, const struct push_file *file, struct err *err);

#endif
