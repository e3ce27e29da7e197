/* SPDX-License-Identifier: Apache-2.0 */
/* ssh_lib: what the files of ssh share, and the only includer of libssh2's header. */
#ifndef NET_SSH_LIB_H
#define NET_SSH_LIB_H

#define LIBSSH2_DISABLE_DEPRECATION /* of what older versions have instead */
#include <libssh2.h>

#include "net/ssh.h"
#include "net/ssh_key.h"

struct ssh {
	struct socket *socket;
	LIBSSH2_SESSION *session;
	int stall_timeout_ms;
	int64_t deadline_ms; /* until the user is authenticated; 0: behind us */
	bool broken;         /* nothing more comes or goes */
};

/* Wait until the call that said LIBSSH2_ERROR_EAGAIN can go on. */
MUST_CHECK int ssh_wait(struct ssh *ssh, struct err *err);

/* Why the library's last call failed. Always -1. */
int ssh_fail(struct ssh *ssh, const char *what, struct err *err);

/* Prove who we are; ssh_auth.c. */
MUST_CHECK int ssh_authenticate(struct ssh *ssh, const struct ssh_options *options,
	const struct ssh_key *key, struct err *err);

/* Versions before 1.11 know RSA by SHA-1 alone, which servers have come to refuse, and no key that is
 * encrypted by AES-GCM. */
static inline bool ssh_library_is_old(void)
{
	return !libssh2_version(0x010b00);
}

typedef void ssh_callback(void);

static inline void ssh_set_callback(LIBSSH2_SESSION *session, int kind, ssh_callback *callback)
{
#if LIBSSH2_VERSION_NUM >= 0x010b01
	(void)libssh2_session_callback_set2(session, kind, callback);
#else
	union {
		ssh_callback *function;
		void *object;
	} either = { .function = callback };

	(void)libssh2_session_callback_set(session, kind, either.object);
#endif
}

#endif
