/* SPDX-License-Identifier: Apache-2.0 */
/*
 * layer: the layer of an image as it grows: a tar archive, compressed, hashed, and spooled until it is
 * sent.
 */
#ifndef REGISTRY_LAYER_H
#define REGISTRY_LAYER_H

#include "base/digest.h"
#include "base/flate.h"
#include "base/spool.h"
#include "registry/tar.h"

#define LAYER_HEX (2 * DIGEST_SHA256_SIZE + 1)

struct layer {
	size_t count; /* entries */
	/* once it is finished: SHA-256 of what is sent, and of the archive in it */
	char digest[LAYER_HEX];
	char diff_id[LAYER_HEX];
	struct spool spool; /* what is sent */
	/* private */
	uint64_t size; /* of the archive */
	uint64_t left; /* content of the entry that is to come */
	struct flate *gzip;
	struct digest *plain;
	struct digest *packed;
};

void layer_init(struct layer *layer);
void layer_release(struct layer *layer);
#define auto_layer AUTO(layer_release)

/*
 * Begin an entry, in the order of names; the size of a file says how much content must come by
 * layer_write(). ERR_CONFIG where the whole becomes larger than LIMIT_SOURCE, ERR_INTERNAL where there is
 * no room on disk.
 */
MUST_CHECK int layer_begin(struct layer *layer, const struct tar_entry *entry, struct err *err);
MUST_CHECK int layer_write(struct layer *layer, struct span bytes, struct err *err);

MUST_CHECK int layer_finish(struct layer *layer, struct err *err);

#endif
