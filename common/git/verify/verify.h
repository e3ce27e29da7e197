/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verify: is a commit signed by somebody whom source allows to? By OpenPGP (commit_verification_keys,
 * commit_verification_key_ids) or by SSH (allowed_signers); one of them suffices.
 *
 * commit.c asks whichever the commit is signed by. OpenPGP: armor.c and packet.c read what is given,
 * keyserver.c fetches, keyring.c keeps the keys, gpgv.c runs the verifier, openpgp.c judges what that
 * says. SSH: ssh_signature.c reads and verifies, allowed_signers.c knows whose key it is.
 */
#ifndef GIT_VERIFY_VERIFY_H
#define GIT_VERIFY_VERIFY_H

#include "git/oid.h"
#include "git/source.h"
#include "git/verify/keyring.h"

/* Who may sign. */
struct signers {
	const struct git_source *source; /* borrowed */
	struct keyring keyring;          /* of commit_verification_keys */
	bool wanted;                     /* source names anybody: a commit must be signed */
};

/* Read what source says. ERR_CONFIG names the field, and the item or line, where it cannot be used. */
MUST_CHECK int signers_open(
	struct signers *signers, const struct git_source *source, struct err *err);
void signers_release(struct signers *signers);
#define auto_signers AUTO(signers_release)

/*
 * The commit of the repository in the folder `path`, whose object is there, must be signed by one of
 * them if source names any. ERR_REMOTE where it is not; ids are fetched from the key server now, where
 * they are needed.
 */
MUST_CHECK int verify_commit(
	struct signers *signers, const char *path, const struct oid *commit, struct err *err);

#endif
