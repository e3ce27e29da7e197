/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spool: bytes that are written once and read again, of any length: in memory while they are few,
 * in a file without a name once they are many, so that nothing stays behind when the program ends.
 */
#ifndef BASE_SPOOL_H
#define BASE_SPOOL_H

#include "base/buf.h"
#include "base/err.h"

struct spool {
	struct buf memory;
	int fd; /* -1 while the bytes fit into memory */
	uint64_t size;
	uint64_t read; /* position of spool_read */
};

void spool_init(struct spool *spool);
void spool_release(struct spool *spool);
#define auto_spool AUTO(spool_release)

/* Append; ERR_INTERNAL where there is no room on disk. */
MUST_CHECK int spool_add(struct spool *spool, struct span bytes, struct err *err);

/* Up to `size` bytes from where the last read ended; 0 at the end, -1 with err. */
MUST_CHECK long spool_read(struct spool *spool, char *data, size_t size, struct err *err);

/* Read it again, from its beginning. */
void spool_rewind(struct spool *spool);

#endif
