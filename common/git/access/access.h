/* SPDX-License-Identifier: Apache-2.0 */
/*
 * access: what source says of reaching git servers, for whatever is reached by it: the repository of
 * source.uri, and those that it leads to.
 *
 * Who asks names a place; here it is decided what is used there: whom to trust, which proxy, key or
 * password (login.h). Whatever is handed out is borrowed and lives as long as the access.
 */
#ifndef GIT_ACCESS_ACCESS_H
#define GIT_ACCESS_ACCESS_H

#include "git/access/place.h"
#include "git/source.h"
#include "net/ssh.h"

struct access_client;
struct app;

struct access {
	const struct git_source *source;
	struct place_server homes[2]; /* of source.uri as it is fetched from and pushed to */
	struct socket_tunnel tunnel;  /* of source.https_tunnel; host NULL: none */
	struct ssh_trust trust;
	bool agent_was_named;
	struct strings warned; /* of which settings it was said that they have no effect */
	int version; /* of git's protocol, at most; protocol.version of source.git_config */
	struct access_client *clients; /* private to client.c */
	struct app *app;               /* of source.github_app_id; NULL: none */
};

/* Nothing is asked yet. `source` must outlive it, and it must not move. ERR_CONFIG for what cannot be. */
MUST_CHECK int access_open(struct access *access, const struct git_source *source, struct err *err);
void access_release(struct access *access);
#define auto_access AUTO(access_release)

/* The place that source.uri names. */
struct place access_origin(const struct access *access);

/* The uri as it is reached, after url.<base>.insteadOf of source.git_config; for_push: after
 * pushInsteadOf, where one fits. The caller frees. */
MUST_CHECK char *access_rewrite(const struct access *access, const char *uri, bool for_push);

/* A uri of any kind as it may be shown and stored: without password. The caller frees. */
MUST_CHECK char *access_show(const char *uri);

/* The client for an http or https URL, after access_rewrite(): whom to trust there, and by which proxy.
 * URLs with the same answers share one, and its connections. */
MUST_CHECK int access_http(
	struct http **http, struct access *access, const char *url, struct err *err);

/* Whom to trust over TLS where no URL is known. */
struct http_options access_tls(const struct access *access);

/* For a place over SSH: the key, whom to trust, and the user where the place names none. */
struct access_ssh {
	const struct secret *private_key;
	const struct secret *passphrase;
	char *where; /* "source": before the names of the key's fields; the caller's to free */
	const char *user;
	struct ssh_trust *trust;
};
struct access_ssh access_ssh(struct access *access, const struct place *place);

/* Say once that a setting of source.git_config which names a program, or a file, has no effect. For
 * whoever is about to do what it would have changed: `kind` is its section, in lower case. */
void access_warn(struct access *access, const char *section);

/* The proxy of SSH and git:// connections; NULL: none. */
const struct socket_tunnel *access_tunnel(const struct access *access);

#endif
