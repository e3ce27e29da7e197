/* SPDX-License-Identifier: Apache-2.0 */
/* tree: a merge patch as it grows: only what is to be different, at paths as object.h names them. */
#ifndef BUILD_PATCH_TREE_H
#define BUILD_PATCH_TREE_H

#include <jansson.h>

#include "base/defs.h"

/* Set it, with the objects on the way to it; takes `value` over. */
void tree_set(json_t *tree, const char *path, json_t *value);

/* Ask for it where `object` has another one. An unset text (NULL) or number (0) asks for nothing. */
void tree_want_text(json_t *tree, json_t *object, const char *path, const char *text);
void tree_want_number(json_t *tree, json_t *object, const char *path, int64_t number);

/* Ask for nothing to be there. */
void tree_want_nothing(json_t *tree, json_t *object, const char *path);

/* Called with the path of each leaf, "source.git.revision", and its value. */
typedef void tree_visit(void *context, const char *path, json_t *value);
void tree_walk(json_t *tree, const char *prefix, tree_visit *visit, void *context);

#endif
