/* SPDX-License-Identifier: Apache-2.0 */
/* url: the pieces of http and https URLs, by libcurl's own parser so that nothing is read in two ways. */
#ifndef NET_URL_H
#define NET_URL_H

#include "base/buf.h"

/* Scheme, host and port, the caller's to free: the host without brackets, in lower case; the port
 * always there. -1 where it is no http or https URL. */
MUST_CHECK int url_split(const char *url, char **scheme, char **host, char **port);

/* "https://host:port" in lower case with the port always there; NULL if it is no http(s) URL. */
MUST_CHECK char *url_origin(const char *url);

/* False where one of them is no http(s) URL. */
bool url_same_origin(const char *a, const char *b);

/* Append `value`, in which all but RFC 3986's unreserved characters are percent-encoded. -1 where
 * `text` is full. */
MUST_CHECK int url_add_encoded(struct buf *text, const char *value);

#endif
