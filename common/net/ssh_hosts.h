/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ssh_hosts: the text of a known_hosts file: which keys a host may show (sshd(8), "SSH_KNOWN_HOSTS
 * FILE FORMAT").
 *
 * Understood are lists of patterns with `*`, `?` and `!`, hashed names, "[host]:port", comments and
 * @revoked. Lines of @cert-authority are passed over: host certificates are not asked for. A port
 * other than 22 is looked up as "[host]:port" first, then as the plain host, as ssh does.
 *
 * A key is its blob as it goes over the wire, which begins with its type.
 */
#ifndef NET_SSH_HOSTS_H
#define NET_SSH_HOSTS_H

#include "base/err.h"
#include "base/span.h"
#include "base/strings.h"

#define SSH_PORT 22

struct ssh_host {
	const char *name;
	unsigned port;
};

enum ssh_host_verdict {
	SSH_HOST_UNLISTED, /* nothing is said of the host */
	SSH_HOST_KNOWN,    /* the key is listed for it */
	SSH_HOST_CHANGED,  /* other keys are listed for it */
	SSH_HOST_REVOKED,  /* the key is marked as one that must not be trusted */
};

/* Every line must be one of the format; ERR_CONFIG names the first that is not, never its text. */
MUST_CHECK int ssh_hosts_check(struct span text, struct err *err);

/* What a text that was checked says of the key. */
MUST_CHECK int ssh_hosts_judge(struct span text, const struct ssh_host *host, struct span key,
	enum ssh_host_verdict *verdict, struct err *err);

/* Add the types of the keys that are listed for the host, so that they can be asked for. */
MUST_CHECK int ssh_hosts_types(
	struct span text, const struct ssh_host *host, struct strings *types, struct err *err);

/* The key's type, as its blob says it; empty where it is not a blob. Borrowed from `key`. */
struct span ssh_key_type(struct span key);

/* "SHA256:…", as ssh-keygen -l prints it; the caller frees. */
MUST_CHECK int ssh_fingerprint(struct span key, char **fingerprint, struct err *err);

#endif
