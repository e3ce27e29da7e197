/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gpgv: GnuPG's verifier of signatures, as a child process: the only one that these programs start.
 *
 * It is the file beside the program, as in the image, else /usr/bin/gpgv. It is given the keys, the
 * signature and what is signed in memory, by descriptors, and leaves nothing behind.
 */
#ifndef GIT_VERIFY_GPGV_H
#define GIT_VERIFY_GPGV_H

#include "base/buf.h"
#include "base/err.h"

struct gpgv_work {
	struct span keyring;   /* keys, packet after packet */
	struct span signature; /* one packet */
	struct span payload;
};

/*
 * Append the lines that it says for programs (GnuPG's doc/DETAILS) to `status`. ERR_INTERNAL where it is
 * missing or does not run; that it finds no good signature is no error here.
 */
MUST_CHECK int gpgv_run(const struct gpgv_work *work, struct buf *status, struct err *err);

#endif
