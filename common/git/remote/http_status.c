/* SPDX-License-Identifier: Apache-2.0 */
/* http_status: what a status of a git server means for the person who set the pipeline. */
#include "git/remote/http_status.h"
#include "net/http.h"

/* Forges hide private repositories: 404 may mean that somebody else could see it. */
static int missing(const struct http_refusal *refusal, struct err *err)
{
	return err_set(err, ERR_MISSING,
		refusal->with_credentials
			? "there is no such repository, or the credentials may not see it (404): check "
			  "'source.uri', 'source.username' and 'source.password'"
			: "there is no such repository, or it is private (404): check 'source.uri', or "
			  "set 'source.username' and 'source.password'");
}

static int unauthorized(const struct http_refusal *refusal, struct err *err)
{
	return err_set(err, ERR_AUTH,
		refusal->with_credentials
			? "the server refuses the credentials (401): check 'source.username' and "
			  "'source.password'"
			: "the server asks for credentials (401): set 'source.username' and "
			  "'source.password'");
}

static int forbidden(const struct http_refusal *refusal, struct err *err)
{
	return err_set(err, ERR_AUTH, "the server does not allow to %s (403): %s",
		refusal->for_push ? "push" : "read",
		refusal->with_credentials ? "give the user of 'source.username' the right to"
					  : "set 'source.username' and 'source.password'");
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
