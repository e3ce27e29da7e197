/* SPDX-License-Identifier: Apache-2.0 */
/*
 * content: a folder, or what is in a zip or jar file, as the entries of a layer.
 *
 * Files, folders and symbolic links, which are kept as they are and never followed; anything else is refused.
 * The order is that of names, and what a zip archive does not say (its folders, often) is added, so that
 * an archive and the folder that it was made of become the same layer.
 */
#ifndef REGISTRY_CONTENT_H
#define REGISTRY_CONTENT_H

#include "registry/layer.h"

/*
 * Add all of it to the layer that was just made, and finish that. `path` is a real path. ERR_CONFIG where
 * it is neither a folder nor such an archive, or holds what cannot be sent; messages name the entry in
 * it, and the whole is for the caller to name.
 */
MUST_CHECK int content_add(struct layer *layer, const char *path, struct err *err);

/* The parts of it: the open folder, which is closed, and the open archive. */
MUST_CHECK int content_add_folder(struct layer *layer, int fd, struct err *err);
MUST_CHECK int content_add_zip(struct layer *layer, int fd, struct err *err);

#endif
