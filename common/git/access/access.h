/* SPDX-License-Identifier: Apache-2.0 */
/*
 * access: what source says of reaching git servers, for whatever is reached by it: the repository of
 * source.uri, and those that it leads to.
 *
 * Who asks names a place; here it is decided what is used there: whom to trust, which proxy, key or
 * password. Whatever is handed out is borrowed and lives as long as the access.
 */
#ifndef GIT_ACCESS_ACCESS_H
#define GIT_ACCESS_ACCESS_H

#include "git/source.h"
#include "net/ssh.h"

struct access {
	const struct git_source *source;
	struct socket_tunnel tunnel; /* of source.https_tunnel; host NULL: none */
};

/* Where a repository is, and the field that says so, for messages. Both borrowed. */
struct place {
	const char *uri;
	const char *field;
};

/* Nothing is asked yet. `source` must outlive it. ERR_CONFIG for what cannot be. */
MUST_CHECK int access_open(struct access *access, const struct git_source *source, struct err *err);
void access_release(struct access *access);
#define auto_access AUTO(access_release)

/* The place that source.uri names. */
struct place access_origin(const struct access *access);

/* Whom to trust over TLS. */
struct http_options access_http(const struct access *access);

/* The user and password for a place over HTTP that names none itself; NULL: none. */
struct access_login {
	const char *username;
	const struct secret *password;
};
MUST_CHECK int access_login(struct access_login *login, struct access *access,
	const struct place *place, struct err *err);

/* For a place over SSH: the key, whom to trust, and the user where the place names none. */
struct access_ssh {
	const struct secret *private_key;
	const struct secret *passphrase;
	const char *user;
	struct ssh_trust trust; /* the caller's, for ssh_trust_release */
};
struct access_ssh access_ssh(const struct access *access, const struct place *place);

/* The proxy of SSH and git:// connections; NULL: none. */
const struct socket_tunnel *access_tunnel(const struct access *access);

#endif
