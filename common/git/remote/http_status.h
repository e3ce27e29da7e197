/* SPDX-License-Identifier: Apache-2.0 */
/* http_status: what a status of a git server means for the person who set the pipeline. */
#ifndef GIT_REMOTE_HTTP_STATUS_H
#define GIT_REMOTE_HTTP_STATUS_H

#include "base/err.h"
#include "base/span.h"

struct http_refusal {
	const char *address;
	int status;
	struct span body;
	bool for_push;
	bool with_credentials; /* some were sent */
};

/* Always -1: ERR_AUTH, ERR_MISSING, or as http_status_error(). */
int http_refused(const struct http_refusal *refusal, struct err *err);

#endif
