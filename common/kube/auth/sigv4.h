/* SPDX-License-Identifier: Apache-2.0 */
/* sigv4: a URL of AWS that is signed for a while, by Signature Version 4 with its parameters. */
#ifndef KUBE_AUTH_SIGV4_H
#define KUBE_AUTH_SIGV4_H

#include "base/secret.h"
#include "kube/path.h"

struct aws_keys {
	char *id;
	struct secret *secret;
	struct secret *session_token; /* NULL: the keys are no temporary ones */
};

void aws_keys_release(struct aws_keys *keys);
#define auto_aws_keys AUTO(aws_keys_release)

struct sigv4 {
	const char *host;        /* with its port where that is not 443 */
	const char *region;      /* "eu-west-1" */
	const char *service;     /* "sts" */
	const char *header_name; /* signed beside Host, lower case, after "host"; NULL: none */
	const char *header_value;
	int valid_s;
	int64_t now_ms; /* since 1970 */
	/* Of the query, with names before "X-" and in their order. */
	const struct kube_parameter *parameters;
};

/* Append "https://host/?..." for a GET of it without a body. -1 where `url` is full. */
MUST_CHECK int sigv4_presign(
	struct buf *url, const struct sigv4 *request, const struct aws_keys *keys);

#endif
