/* SPDX-License-Identifier: Apache-2.0 */
/* push: a layer as an image of its own, such as a build service takes source from. */
#ifndef REGISTRY_PUSH_H
#define REGISTRY_PUSH_H

#include "registry/layer.h"
#include "registry/registry.h"

/*
 * Push the finished layer as an image of that layer alone, with a tag that is made of its digest, so that the
 * registry keeps it. `digest` becomes the image's ("sha256:..."), the caller's. 1: it was pushed; 0: it was
 * there already, and nothing was sent; -1 with err.
 */
MUST_CHECK int push_layer(
	char **digest, struct registry *registry, struct layer *layer, struct err *err);

#endif
