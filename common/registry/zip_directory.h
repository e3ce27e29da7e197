/* SPDX-License-Identifier: Apache-2.0 */
/* zip_directory: the directory at the end of a zip archive. Private to zip.h. */
#ifndef REGISTRY_ZIP_DIRECTORY_H
#define REGISTRY_ZIP_DIRECTORY_H

#include "registry/zip.h"

#define ZIP_MAGIC_ENTRY 0x04034b50
#define ZIP_STORED 0
#define ZIP_DEFLATED 8

/* Take a number of `size` bytes, 2 or 4, the lowest first. */
bool zip_take_number(struct span *from, size_t size, uint32_t *number);

/* All `size` bytes at `offset` of the file. ERR_CONFIG where it ends before. */
MUST_CHECK int zip_read_at(int fd, uint64_t offset, char *data, size_t size, struct err *err);

#endif
