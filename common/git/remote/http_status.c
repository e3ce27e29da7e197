/* SPDX-License-Identifier: Apache-2.0 */
/* http_status: what a status of a git server means for the person who set the pipeline. */
#include "git/remote/http_status.h"
#include "net/http.h"

/* Forges hide private repositories: 404 may mean that somebody else could see it. */
static int missing(const struct http_refusal *refusal, struct err *err)
{
	if (refusal->by_app)
		return err_set(err, ERR_MISSING,
			"there is no such repository, or the GitHub App is not installed for it "
			"(404): check %s",
			refusal->field);
	if (refusal->with_credentials)
		return err_set(err, ERR_MISSING,
			"there is no such repository, or the credentials may not see it (404): "
			"check %s, %s",
			refusal->field, refusal->login);
	return err_set(err, ERR_MISSING,
		"there is no such repository, or it is private (404): check %s, or set %s",
		refusal->field, refusal->login);
}

static int unauthorized(const struct http_refusal *refusal, struct err *err)
{
	if (refusal->by_app)
		return err_set(err, ERR_AUTH,
			"the server refuses the token of the GitHub App (401): check its "
			"permissions");
	return err_set(err, ERR_AUTH,
		refusal->with_credentials ? "the server refuses the credentials (401): check %s"
					  : "the server asks for credentials (401): set %s",
		refusal->login);
}

static int forbidden(const struct http_refusal *refusal, struct err *err)
{
	const char *verb = refusal->for_push ? "push" : "read";

	if (refusal->by_app)
		return err_set(err, ERR_AUTH,
			"the server does not allow to %s (403): give the GitHub App the "
			"permission to %s contents",
			verb, refusal->for_push ? "write" : "read");
	if (refusal->with_credentials)
		return err_set(err, ERR_AUTH,
			"the server does not allow to %s (403): give the user of %s the right to",
			verb, refusal->login);
	return err_set(err, ERR_AUTH, "the server does not allow to %s (403): set %s", verb,
		refusal->login);
}

int http_refused(const struct http_refusal *refusal, struct err *err)
{
	switch (refusal->status) {
	case 401:
		return unauthorized(refusal, err);
	case 403:
		return forbidden(refusal, err);
	case 404:
	case 410:
		return missing(refusal, err);
	default:
		return http_status_error(refusal->address, refusal->status, refusal->body, err);
	}
}
