/* SPDX-License-Identifier: Apache-2.0 */
/* source: what a pipeline says of a registry that is pushed to. */
#ifndef REGISTRY_SOURCE_H
#define REGISTRY_SOURCE_H

#include "resource/schema.h"

struct registry_source {
	char *username;
	struct secret *password;
	struct strings ca_certs;
	bool insecure;
};

extern const struct field registry_source_fields[];

/* ERR_CONFIG where the fields contradict each other, beginning with `where` ("source.registry"). NULL is
 * fine. */
MUST_CHECK int registry_source_check(
	const struct registry_source *source, const char *where, struct err *err);

#endif
