/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ssh_signature: what `git commit -S` leaves with gpg.format=ssh (OpenSSH's PROTOCOL.sshsig): a key, a
 * namespace and a signature, in base64 between BEGIN and END lines.
 */
#ifndef GIT_VERIFY_SSH_SIGNATURE_H
#define GIT_VERIFY_SSH_SIGNATURE_H

#include "base/buf.h"
#include "base/err.h"

/* Borrows the bytes that it was read from. */
struct ssh_signature {
	struct span key; /* a blob, as ssh_verify.h takes it */
	struct span namespace;
	struct span reserved;
	struct span hash; /* its name */
	struct span signature;
};

/* Is this text one, and not an OpenPGP signature? */
bool ssh_signature_is(struct span text);

/* Read the text, whose bytes go to `bytes`. ERR_REMOTE where it is not one. */
MUST_CHECK int ssh_signature_read(
	struct ssh_signature *signature, struct span text, struct buf *bytes, struct err *err);

/* 0 if the signature's own key made it, for git and of this message; ERR_REMOTE where not. */
MUST_CHECK int ssh_signature_verify(
	const struct ssh_signature *signature, struct span message, struct err *err);

#endif
