/* SPDX-License-Identifier: Apache-2.0 */
/*
 * status: the API server's way to say no, a Status object, as one of our errors.
 *
 * 401 and 403 are ERR_AUTH; 404 is ERR_MISSING where the named object is not there, and
 * ERR_UNSERVED where the server does not serve such objects at all; 409 is ERR_CONFLICT; 410 is ERR_EXPIRED; 429
 * and 5xx are ERR_NETWORK, for trying again may help; 400 and 422 are ERR_CONFIG; the rest is
 * ERR_REMOTE. The message holds the server's own words.
 */
#ifndef KUBE_STATUS_H
#define KUBE_STATUS_H

#include <jansson.h>

#include "base/err.h"
#include "base/span.h"

/* Of an answer to a request; `body` may be anything. `api` is the path's, as "apis/kpack.io/v1alpha2",
 * for the words where it is not served. Always -1. */
int status_error(int http_status, struct span body, const char *api, struct err *err);

/* Of a Status object, as the ERROR event of a watch holds one. Always -1. */
int status_object_error(json_t *status, struct err *err);

#endif
