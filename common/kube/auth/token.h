/* SPDX-License-Identifier: Apache-2.0 */
/* token: what OAuth's token endpoints are asked (RFC 6749), and what they answer. */
#ifndef KUBE_AUTH_TOKEN_H
#define KUBE_AUTH_TOKEN_H

#include "kube/credentials.h"
#include "kube/path.h"
#include "net/http.h"

/* `{ 0 }` is an empty one. What the answer does not hold is NULL. */
struct token_answer {
	struct secret *access_token;
	struct secret *id_token;
	struct secret *refresh_token;
	int64_t lifetime_ms; /* of the access token; -1: not said */
};

void token_answer_release(struct token_answer *answer);
#define auto_token_answer AUTO(token_answer_release)

/* Whether it can stand in a header: RFC 6750's b64token, and other printable ASCII without spaces. */
bool token_is_good(struct span text);

/* Read a good answer's body. ERR_REMOTE where it is none. */
MUST_CHECK int token_answer_read(struct token_answer *answer, struct span body, struct err *err);

/*
 * POST the form (parameters as in path.h) to `url`, with `auth` (may be NULL) of the client. Messages
 * begin with the URL; a refusal is ERR_AUTH with the server's own words.
 */
MUST_CHECK int token_ask(struct token_answer *answer, struct http *http, const char *url,
	const struct kube_parameter *form, const struct http_auth *auth, struct err *err);

/* The same for an API server's token: the answer's access token. Messages begin with `where`. */
MUST_CHECK int token_ask_bearer(struct kube_bearer *bearer, struct http *http, const char *url,
	const struct kube_parameter *form, const char *where, struct err *err);

/* Keep the percent-encoded form out of the log too: that is how it goes, and how a server may repeat
 * it. NULL is fine. */
void token_hide_encoded(const struct secret *secret);

/* How long an ID token can be used yet: from its own words, else -1. */
int64_t token_lifetime_ms(const struct secret *token);

/* Credentials are sent there: ERR_CONFIG, beginning with `field`, where it is no https URL. */
MUST_CHECK int token_check_url(const char *url, const char *field, struct err *err);

#endif
