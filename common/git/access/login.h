/* SPDX-License-Identifier: Apache-2.0 */
/*
 * login: who we are to one place over HTTP, and what else its requests carry.
 *
 * What the uri itself says goes first, then the items of source.submodule_credentials, then
 * source.username and source.password. These belong to the host of source.uri, or to those that
 * source.credential_hosts names instead, and go nowhere else.
 */
#ifndef GIT_ACCESS_LOGIN_H
#define GIT_ACCESS_LOGIN_H

#include "git/access/access.h"

struct login {
	char *url;               /* of the place, without userinfo */
	char *username;          /* of the uri; NULL: none */
	struct secret *password; /* likewise */
	struct strings headers;  /* "Name: value", for requests to the origin of `url` alone */
	struct http_auth auth;   /* borrows from the above and from the access */
	bool known;              /* whether there is anything to prove */
	const char *fields;      /* that say who we are, or should: "'source.username' and …" */
	struct app *app;         /* whose token proves it; NULL: `auth` does */
	unsigned renewals;       /* of that token, when it was last used */
};

/*
 * Find out what holds for the place, whose uri is an http or https URL after access_rewrite().
 * The access must outlive the login. ERR_CONFIG begins with the place's field.
 */
MUST_CHECK int login_open(
	struct login *login, struct access *access, const struct place *place, struct err *err);
void login_release(struct login *login);
#define auto_login AUTO(login_release)

/*
 * Dress a request to the origin of `url`: its auth and more_headers, which the login must outlive.
 * Ask before each request, as what proves who we are may end.
 */
MUST_CHECK int login_authorize(struct login *login, struct http_request *request, struct err *err);

/* Whether a request that was answered by that status is worth making again, authorized anew. */
bool login_worth_again(struct login *login, int status);

#endif
