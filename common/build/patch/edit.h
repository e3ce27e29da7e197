/* SPDX-License-Identifier: Apache-2.0 */
/*
 * edit: what a put sets of an Image's spec.
 *
 * The same edit gives the patch for an Image as it was read, tells whether the server took it, and
 * whether it still stands when somebody else has changed the Image since.
 */
#ifndef BUILD_PATCH_EDIT_H
#define BUILD_PATCH_EDIT_H

#include "build/image.h"
#include "build/params.h"

/* Owns its texts, NULL where they are not to be set. `{ 0 }` with params is an edit of the rest. */
struct edit {
	const struct image_put *params;
	const char *field; /* the param that gives the source: "commitish"; NULL: none does */
	char *revision;
	char *blob_url;
	char *registry_image; /* of a local_path: once it is uploaded */
	char *local_path;     /* where it really is */
	char *what;           /* for messages: "revision 'abc'", "the change" */
};

void edit_release(struct edit *edit);
#define auto_edit AUTO(edit_release)

/* Read the params, and the files that they name inside the directory `dir`. ERR_CONFIG where params
 * contradict each other, or where a file cannot be used. */
MUST_CHECK int edit_read(
	struct edit *edit, const struct image_put *params, const char *dir, struct err *err);

/* What was uploaded of a local_path is the source: the image of that reference. */
void edit_use_image(struct edit *edit, const char *reference);

/* Whether it sets anything at all. */
bool edit_is_empty(const struct edit *edit);

/* ERR_CONFIG where the Image's source is of another type than the edit's, or where its version of the
 * API cannot hold one of the params. */
MUST_CHECK int edit_check(const struct edit *edit, const struct image *image, struct err *err);

/* The merge patch for the Image, "{}" where all of it is there; the caller's. One that replaces a
 * list holds the Image's resourceVersion, and is refused when somebody was faster. */
MUST_CHECK json_t *edit_patch(const struct edit *edit, const struct image *image);

/* Whether the Image holds all of it. */
bool edit_stands(const struct edit *edit, const struct image *image);

#endif
