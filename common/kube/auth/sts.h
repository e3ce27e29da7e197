/* SPDX-License-Identifier: Apache-2.0 */
/* sts: AWS's Security Token Service: where it is, and temporary keys of a role. */
#ifndef KUBE_AUTH_STS_H
#define KUBE_AUTH_STS_H

#include "kube/auth/sigv4.h"
#include "net/http.h"

/* "sts.eu-west-1.amazonaws.com"; the caller's. */
MUST_CHECK char *sts_host(const char *region);

struct sts_role {
	const char *host; /* sts_host(), or a private endpoint's */
	const char *region;
	const char *arn;
	const char *external_id; /* NULL: none */
};

/* AssumeRole. `keys` are the caller's; they end at `end_ms` since 1970. */
MUST_CHECK int sts_assume(struct aws_keys *keys, int64_t *end_ms, struct http *http,
	const struct sts_role *role, const struct aws_keys *own, struct err *err);

/* Read AssumeRole's answer, which is JSON where it is asked for, else XML. ERR_REMOTE. */
MUST_CHECK int sts_read(struct aws_keys *keys, int64_t *end_ms, struct span body, struct err *err);

#endif
