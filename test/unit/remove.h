/* SPDX-License-Identifier: Apache-2.0 */
/* remove: take away the folder that a test worked in. The includer defines _XOPEN_SOURCE, for nftw. */
#ifndef UNIT_REMOVE_H
#define UNIT_REMOVE_H

#include <ftw.h>
#include <stdio.h>

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *place)
{
	(void)status;
	(void)type;
	(void)place;
	return remove(path);
}

/* With all that is in it; links are not followed. */
static int remove_folder(const char *path)
{
	return nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

#endif
