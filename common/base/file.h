/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file: whole small files, read with a maximum and written at once.
 *
 * Both ends may be pipes: waiting for them ends with ERR_STOPPED when a stop is requested (stop.h).
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/buf.h"
#include "base/err.h"

/*
 * Append what is left of the open `fd` to `contents`, whose maximum bounds it. The message of a
 * failure says `name`.
 */
MUST_CHECK int file_read_fd(int fd, const char *name, struct buf *contents, struct err *err);

/* Append the file `path`, relative to the directory `dir_fd` (or AT_FDCWD). A missing file is
 * ERR_MISSING. */
MUST_CHECK int file_read(int dir_fd, const char *path, struct buf *contents, struct err *err);

/* Create or replace the file `path`, mode 0666 but for the umask, relative to `dir_fd`. */
MUST_CHECK int file_write(int dir_fd, const char *path, struct span contents, struct err *err);

/* The folder for temporary files: TMPDIR's, or /tmp. Borrowed. */
const char *file_temporary_folder(void);

/* The name behind the last slash of a path; the path itself where it has none. Borrowed. */
const char *file_base_name(const char *path);

/* All bytes to an open descriptor. */
MUST_CHECK int file_write_fd(int fd, const char *name, struct span contents, struct err *err);

#endif
