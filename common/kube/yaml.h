/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yaml: one YAML document as a JSON tree. The only includer of yaml.h.
 *
 * For configuration that people write: maps become objects, sequences arrays. Of the plain scalars
 * `true` and `false` become booleans and `null`, `~` and nothing become null; everything else stays
 * the string that was written, numbers too, because they are names and tokens here. What could grow
 * when it is read (aliases) or hides a mistake (duplicate keys, a second document) is refused.
 */
#ifndef KUBE_YAML_H
#define KUBE_YAML_H

#include <jansson.h>

#include "base/err.h"
#include "base/span.h"

/*
 * The tree of `text` (at most LIMIT_YAML bytes, nested at most LIMIT_YAML_DEPTH deep), the caller's
 * to json_decref; NULL with ERR_CONFIG otherwise. Messages say line and column and nothing of the
 * text, which may hold secrets.
 */
MUST_CHECK json_t *yaml_load(struct span text, struct err *err);

#endif
