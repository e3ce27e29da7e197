/* SPDX-License-Identifier: Apache-2.0 */
/* http_status: what a status of a git server means for the person who set the pipeline. */
#ifndef GIT_REMOTE_HTTP_STATUS_H
#define GIT_REMOTE_HTTP_STATUS_H

#include "base/err.h"
#include "base/span.h"

struct http_refusal {
	const char *address;
	const char *field; /* that says the address: "'source.uri'" */
	const char *login; /* what proves who we are, or would: "'source.username' and …" */
	int status;
	struct span body;
	bool for_push;
	bool with_credentials; /* some were sent */
	bool by_app;           /* a token of a GitHub App */
};

/* Always -1: ERR_AUTH, ERR_MISSING, or as http_status_error(). */
int http_refused(const struct http_refusal *refusal, struct err *err);

#endif
