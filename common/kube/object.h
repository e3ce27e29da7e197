/* SPDX-License-Identifier: Apache-2.0 */
/*
 * object: reading Kubernetes objects.
 *
 * A path names members from the outside in, "status.latestImage". What is missing or of another type
 * reads as empty, as the API leaves out what is empty. Texts are borrowed from the object.
 */
#ifndef KUBE_OBJECT_H
#define KUBE_OBJECT_H

#include <jansson.h>

#include "base/defs.h"

json_t *object_value(json_t *object, const char *path);    /* borrowed, or NULL */
const char *object_text(json_t *object, const char *path); /* never NULL */
int64_t object_number(json_t *object, const char *path);   /* 0 */

/* metadata.labels and metadata.annotations, whose keys hold dots. Never NULL. */
const char *object_label(json_t *object, const char *key);
const char *object_annotation(json_t *object, const char *key);

/* The member of status.conditions of that type: status is "True", "False" or "Unknown". A missing
 * condition is Unknown, without reason and message. */
struct condition {
	const char *status;
	const char *reason;
	const char *message;
};
struct condition object_condition(json_t *object, const char *type);

#endif
