/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ssh_trust: whether the key that a host shows is the one that it should have.
 *
 * What the pipeline's author says of the host decides: its known_hosts lines, or the list of
 * fingerprints. For github.com, gitlab.com and bitbucket.org the published keys are built in. Where
 * neither says anything, and nothing was given, the connection goes on with a warning of what
 * to pin, unless `strict`; where something was given, a host that it does not cover is refused.
 */
#ifndef NET_SSH_TRUST_H
#define NET_SSH_TRUST_H

#include "net/ssh_hosts.h"

struct ssh_trust {
	const char *known_hosts;            /* the text of such a file; NULL: none */
	const struct strings *fingerprints; /* "SHA256:…"; NULL or empty: none */
	bool strict;
	const char *where;     /* "source": put before the names of the fields */
	struct strings warned; /* of which hosts was said what to pin; for ssh_trust_release */
};

/* Whether what was given can be read: ERR_CONFIG names the field. */
MUST_CHECK int ssh_trust_check(const struct ssh_trust *trust, struct err *err);

enum ssh_trust_verdict {
	SSH_TRUST_GO_ON,
	SSH_TRUST_NOT_PINNED, /* not one of the fingerprints; the host's key of another type may be */
	SSH_TRUST_REFUSED,
};

/* Judge the key; where it is not SSH_TRUST_GO_ON, `err` says why: ERR_CONFIG. */
MUST_CHECK enum ssh_trust_verdict ssh_trust_judge(
	struct ssh_trust *trust, const struct ssh_host *host, struct span key, struct err *err);

/* Add the types of keys that are listed for the host, as the server should show one of them. */
MUST_CHECK int ssh_trust_types(const struct ssh_trust *trust, const struct ssh_host *host,
	struct strings *types, struct err *err);

void ssh_trust_release(struct ssh_trust *trust);

/* The published keys, as known_hosts lines. */
extern const char ssh_forges[];

#endif
