/* SPDX-License-Identifier: Apache-2.0 */
/* reference: the name of an image, taken apart: "registry.example.com:5000/team/app:1.0@sha256:...". */
#ifndef REGISTRY_REFERENCE_H
#define REGISTRY_REFERENCE_H

#include "base/err.h"
#include "base/span.h"

/* Owned. */
struct reference {
	char *host;       /* "registry.example.com:5000" */
	char *repository; /* "team/app" */
};

/*
 * Read it; its tag and digest are passed over. ERR_CONFIG where it is none, or where it names no host: which
 * registry is meant then depends on who reads it.
 */
MUST_CHECK int reference_read(struct reference *reference, const char *text, struct err *err);

void reference_release(struct reference *reference);
#define auto_reference AUTO(reference_release)

#endif
