/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zip: a zip or jar file, by its directory (PKWARE's APPNOTE 6.3): stored and deflated entries, of less than
 * 4 GiB and 65535 of them.
 *
 * Refused, as no two readers agree on them or they lead elsewhere: names that are absolute, hold "..", a
 * backslash or a NUL, or stand there twice; entries that a file's name makes a folder; an entry that its own
 * header calls otherwise than the directory does; parts of an archive, zip64, and what is encrypted.
 */
#ifndef REGISTRY_ZIP_H
#define REGISTRY_ZIP_H

#include "base/err.h"
#include "registry/tar.h"

struct zip_entry {
	enum tar_type type;
	struct span name; /* the archive's; without a slash at its end */
	bool executable; /* as far as is known: archives of DOS, which all of Java's are, do not say */
	bool deflated;
	uint32_t crc;
	uint64_t packed; /* bytes in the archive */
	uint64_t size;
	uint64_t offset; /* of its own header */
};

struct zip {
	int fd; /* borrowed */
	struct buf directory;
	struct zip_entry *entries; /* sorted by name, a folder before what is in it */
	size_t count;
	uint64_t base; /* where the archive begins: something may stand before it */
	uint64_t end;  /* of the entries */
};

/*
 * Read the directory of the archive `fd`, a regular file that stays open. ERR_CONFIG where it is none
 * that can be read; messages name the entry.
 */
MUST_CHECK int zip_open(struct zip *zip, int fd, struct err *err);
void zip_release(struct zip *zip);
#define auto_zip AUTO(zip_release)

/* Hand over the content of a file or a link, piece by piece. ERR_CONFIG where it is damaged: the last piece
 * was handed over by then. */
typedef int zip_take(void *context, struct span bytes, struct err *err);
MUST_CHECK int zip_read(const struct zip *zip, const struct zip_entry *entry, zip_take *take,
	void *context, struct err *err);

#endif
