/* SPDX-License-Identifier: Apache-2.0 */
/*
 * describe: the tables of a verb as a JSON Schema, for `--schema`.
 *
 * Editors complete and check a pipeline's source and params with it, and a test compares the docs
 * with it, so that nothing about an option is said in two places unchecked.
 */
#ifndef RESOURCE_DESCRIBE_H
#define RESOURCE_DESCRIBE_H

#include <jansson.h>

#include "resource/request.h"

/* {"$schema", "title", "oneOf": [{"title": kind, "properties": {"source": ..., "params": ...}}]}.
 * A secret is "writeOnly". A new reference. */
MUST_CHECK json_t *describe_kinds(const char *verb, const struct kind *kinds, size_t kind_count);

#endif
