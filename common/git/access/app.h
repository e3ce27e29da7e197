/* SPDX-License-Identifier: Apache-2.0 */
/*
 * app: access tokens of a GitHub App, for git over HTTPS on the host of source.uri.
 *
 * A JWT that the App's key signs asks the API for the installation and for a token of it, which is
 * good for an hour. Tokens are in memory alone and are wiped.
 */
#ifndef GIT_ACCESS_APP_H
#define GIT_ACCESS_APP_H

#include "git/access/access.h"

struct app;

/*
 * Nothing is asked yet. `app` becomes NULL where source holds nothing of a GitHub App; ERR_CONFIG
 * where it does not hold all that is needed. `uri` is source.uri as it is reached. The access, which
 * need not be open yet, must not move.
 */
MUST_CHECK int app_open(struct app **app, struct access *access, const struct git_source *source,
	const char *uri, struct err *err);
void app_free(struct app *app); /* NULL is fine */

/*
 * What proves who we are, with a token that is not about to end; `renewals` counts those that were had.
 * Borrowed; the same for all who ask. ERR_AUTH where GitHub gives none.
 */
MUST_CHECK int app_authorize(
	struct app *app, const struct http_auth **auth, unsigned *renewals, struct err *err);

/* Whether a request of that authorization, answered by `status`, is worth making again. */
bool app_worth_again(struct app *app, unsigned renewals, int status);

/* "https://api.github.com", "https://git.example.com/api/v3": where the API of a server is. */
MUST_CHECK char *app_api(const struct place_server *server);

/* Read the API's answers: the id of an installation; a token, the caller's, and when it ends in
 * milliseconds since 1970. ERR_REMOTE. */
MUST_CHECK int app_read_installation(struct span body, int64_t *id, struct err *err);
MUST_CHECK int app_read_token(
	struct span body, struct secret **token, int64_t *end_ms, struct err *err);

#endif
