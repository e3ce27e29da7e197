/* SPDX-License-Identifier: Apache-2.0 */
/* layer: the layer of an image as it grows. */
#include <assert.h>

#include "base/limits.h"
#include "base/stop.h"
#include "registry/layer.h"

static const char zeros[TAR_END];

void layer_init(struct layer *layer)
{
	*layer = (struct layer){ .gzip = flate_new_gzip() };
	layer->plain = digest_new(DIGEST_SHA256);
	layer->packed = digest_new(DIGEST_SHA256);
	spool_init(&layer->spool);
}

void layer_release(struct layer *layer)
{
	flate_free(layer->gzip);
	digest_free(layer->plain);
	digest_free(layer->packed);
	spool_release(&layer->spool);
	layer->gzip = NULL;
	layer->plain = layer->packed = NULL;
}

static int add(struct layer *layer, struct span bytes, bool last, struct err *err)
{
	char out[16 * KIB];
	struct span made = { out, 0 };
	bool ended;

	if (stop_check(err) < 0)
		return -1;
	digest_add(layer->plain, bytes);
	layer->size += bytes.length;
	do {
		made.length = flate_deflate(layer->gzip, &bytes, last, out, sizeof(out), &ended);
		digest_add(layer->packed, made);
		if (made.length && spool_add(&layer->spool, made, err) < 0)
			return -1;
	} while (last ? !ended : bytes.length || made.length == sizeof(out));
	return 0;
}

int layer_begin(struct layer *layer, const struct tar_entry *entry, struct err *err)
{
	auto_buf struct buf header = BUF(LIMIT_SOURCE_HEADER);

	assert(!layer->left);
	if (entry->size > LIMIT_SOURCE || layer->size + entry->size > LIMIT_SOURCE)
		return err_set(err, ERR_CONFIG, "is larger than %llu GiB in all",
			(unsigned long long)(LIMIT_SOURCE / GIB));
	if (tar_add_header(&header, entry) < 0)
		return err_set(
			err, ERR_CONFIG, "'%.*s...' has too long a name", SPAN_FORMAT(entry->name));
	layer->count++;
	layer->left = entry->size;
	return add(layer, buf_span(&header), false, err);
}

int layer_write(struct layer *layer, struct span bytes, struct err *err)
{
	size_t over;

	assert(bytes.length <= layer->left);
	layer->left -= bytes.length;
	if (add(layer, bytes, false, err) < 0)
		return -1;
	over = layer->size % TAR_BLOCK;
	if (layer->left || !over)
		return 0;
	return add(layer, (struct span){ zeros, TAR_BLOCK - over }, false, err);
}

int layer_finish(struct layer *layer, struct err *err)
{
	assert(!layer->left);
	if (add(layer, (struct span){ zeros, TAR_END }, true, err) < 0)
		return -1;
	digest_take_hex(layer->packed, layer->digest);
	digest_take_hex(layer->plain, layer->diff_id);
	return 0;
}
