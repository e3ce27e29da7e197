/* SPDX-License-Identifier: Apache-2.0 */
/*
 * allowed_signers: the text of an allowed_signers file: whose SSH keys may sign (ssh-keygen(1), "ALLOWED
 * SIGNERS").
 *
 * A line is a list of principals, options, and a key. Understood are the options namespaces=,
 * valid-after= and valid-before=, whose times are UTC. Refused are cert-authority, options that are
 * not known, and types of keys that cannot be verified by.
 */
#ifndef GIT_VERIFY_ALLOWED_SIGNERS_H
#define GIT_VERIFY_ALLOWED_SIGNERS_H

#include "base/err.h"
#include "base/span.h"

/* Every line must be one of the format; ERR_CONFIG names the first that is not, by its number. */
MUST_CHECK int allowed_signers_check(struct span text, struct err *err);

/*
 * The principals whose key it is at that time (seconds since 1970), for git; borrowed from the text,
 * which was checked. ERR_REMOTE where it is nobody's, or not any more or not yet.
 */
MUST_CHECK int allowed_signers_find(
	struct span text, struct span key, int64_t time, struct span *principals, struct err *err);

#endif
