/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registry: one repository of an image registry, to push to (OCI distribution specification 1.1).
 *
 * Who asks is told as the registry wants it: Basic, or a token that it names the place of, which is had with
 * the same credentials, is kept in memory, and is renewed once when it is not taken any more. Messages
 * begin with the repository. What is safe to repeat is repeated where the registry is busy or away for a
 * moment, with a bound (base/limits.h).
 *
 * Errors: ERR_AUTH where it lets us not, ERR_MISSING, ERR_NETWORK and the rest as those of net/http.h.
 */
#ifndef REGISTRY_REGISTRY_H
#define REGISTRY_REGISTRY_H

#include "base/spool.h"
#include "registry/reference.h"
#include "registry/source.h"

struct registry;

/* Ask what it wants to be told; `source` may be NULL: nobody in particular asks. Both are borrowed until
 * the registry is closed. */
MUST_CHECK int registry_open(struct registry **registry, const struct reference *reference,
	const struct registry_source *source, struct err *err);
void registry_close(struct registry *registry);
void registry_close_pointer(struct registry **registry);
#define auto_registry AUTO(registry_close_pointer)

/* Whether the image of that digest is there. -1 with err. */
MUST_CHECK int registry_has_manifest(
	struct registry *registry, const char *type, const char *digest, struct err *err);

/* Have the bytes of the spool, whose digest that is ("sha256:..."). What is there already is not sent. */
MUST_CHECK int registry_push_blob(
	struct registry *registry, const char *digest, struct spool *blob, struct err *err);

/* Have the manifest by that tag; `type` is its media type. */
MUST_CHECK int registry_push_manifest(struct registry *registry, const char *type, const char *tag,
	struct span manifest, struct err *err);

#endif
