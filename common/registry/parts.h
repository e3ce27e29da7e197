/* SPDX-License-Identifier: Apache-2.0 */
/* parts: what the files behind registry.h share. */
#ifndef REGISTRY_PARTS_H
#define REGISTRY_PARTS_H

#include "net/http.h"
#include "registry/challenge.h"
#include "registry/registry.h"

struct registry {
	const struct registry_source *source;
	struct http *http;
	char *base;       /* "https://registry.example.com" */
	char *repository; /* "team/app" */
	char *shown;      /* "registry.example.com/team/app" */
	struct challenge challenge;
	struct secret *token; /* of Bearer; NULL: none yet */
	int64_t token_end_ms;
	struct http_auth auth; /* what goes with a request now */
};

/* token.c */
/* Have another token. */
MUST_CHECK int registry_renew(struct registry *registry, struct err *err);

/* registry.c */
/* "BASE/v2/REPOSITORY/WHAT/NAME"; the caller's. */
MUST_CHECK char *registry_url(const struct registry *registry, const char *what, const char *name);
/* Fill in who asks, with a token that is good yet. Nobody, where the URL is another server's. */
MUST_CHECK int registry_authorize(
	struct registry *registry, struct http_request *request, struct err *err);
/* The whole exchange; again with another token where that was not taken. */
MUST_CHECK int registry_ask(struct registry *registry, struct http_request *request,
	struct http_response *response, struct err *err);
/* Why it was not done. Always -1. */
int registry_refused(const struct registry *registry, const char *doing,
	const struct http_response *response, struct err *err);

#endif
