/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lists: edits of the lists in an Image's spec.
 *
 * A merge patch replaces a list whole, so whoever sends one must say of which resourceVersion it was
 * made. Each function puts the new list into `patch` where it differs from that of `object`, and then
 * returns true.
 */
#ifndef BUILD_PATCH_LISTS_H
#define BUILD_PATCH_LISTS_H

#include "build/params.h"

/* ERR_CONFIG where params hold what fits no list. */
MUST_CHECK int lists_check(const struct image_put *params, struct err *err);

bool lists_env(json_t *patch, json_t *object, const struct image_put *params);
bool lists_services(json_t *patch, json_t *object, const struct image_put *params);
bool lists_tags(json_t *patch, json_t *object, const struct image_put *params);

#endif
