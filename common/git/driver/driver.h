/* SPDX-License-Identifier: Apache-2.0 */
/*
 * driver: the filter drivers of gitattributes that these programs know themselves: what a file whose
 * attribute is filter=NAME becomes when it is written into a working tree, git's smudge.
 *
 * No command is ever run: a file whose attribute names none of them is written as it is stored.
 */
#ifndef GIT_DRIVER_DRIVER_H
#define GIT_DRIVER_DRIVER_H

#include "base/err.h"
#include "base/span.h"

struct driver_file {
	const char *path; /* from the top of the tree */
	struct span
		stored; /* the content in the repository, in the line ends of the working tree */
	void *next;     /* private */
};

struct driver {
	const char *name; /* the value of the attribute; NULL: of no file */
	int (*smudge)(const void *context, const struct driver_file *file, struct err *err);
	const void *context;
};

/* For a driver: write a piece of the file, as often as it takes. */
MUST_CHECK int driver_write(const struct driver_file *file, struct span bytes, struct err *err);

/*
 * From here to the end the files that libgit2 writes go through these drivers, borrowed until then.
 * A check-out in between ends early where a driver fails.
 */
MUST_CHECK int drivers_begin(const struct driver *drivers, size_t count, struct err *err);

/* -1 with the error of the driver that failed; also to be called where libgit2 failed. */
MUST_CHECK int drivers_end(struct err *err);

#endif
