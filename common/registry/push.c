/* SPDX-License-Identifier: Apache-2.0 */
/* push: a layer as an image of its own. */
#include <jansson.h>

#include "base/digest.h"
#include "base/mem.h"
#include "registry/push.h"

/* Those that every registry and every reader of images has known for longest. */
#define TYPE_MANIFEST "application/vnd.docker.distribution.manifest.v2+json"
#define TYPE_CONFIG "application/vnd.docker.container.image.v1+json"
#define TYPE_LAYER "application/vnd.docker.image.rootfs.diff.tar.gzip"

static char *digest_name(const char *hex)
{
	return mem_format("sha256:%s", hex);
}

static char *digest_of(struct span bytes)
{
	auto_digest struct digest *sha256 = digest_new(DIGEST_SHA256);
	char hex[LAYER_HEX];

	digest_add(sha256, bytes);
	digest_take_hex(sha256, hex);
	return digest_name(hex);
}

/* Source runs nowhere, but an image says where it would. */
static char *write_config(const struct layer *layer)
{
	auto_free char *diff_id = digest_name(layer->diff_id);
	json_auto_t *config = json_pack("{ss ss s{} s{ss s[s]}}", "architecture", "amd64", "os",
		"linux", "config", "rootfs", "type", "layers", "diff_ids", diff_id);

	return json_dumps(config, JSON_COMPACT);
}

static char *write_manifest(const struct layer *layer, struct span config)
{
	auto_free char *config_digest = digest_of(config);
	auto_free char *digest = digest_name(layer->digest);
	json_auto_t *manifest = json_pack("{si ss s{ss sI ss} s[{ss sI ss}]}", "schemaVersion", 2,
		"mediaType", TYPE_MANIFEST, "config", "mediaType", TYPE_CONFIG, "size",
		(json_int_t)config.length, "digest", config_digest, "layers", "mediaType",
		TYPE_LAYER, "size", (json_int_t)layer->spool.size, "digest", digest);

	return json_dumps(manifest, JSON_COMPACT);
}

static int push_config(struct registry *registry, struct span config, struct err *err)
{
	auto_free char *digest = digest_of(config);
	auto_spool struct spool spool;

	spool_init(&spool);
	if (spool_add(&spool, config, err) < 0)
		return -1;
	return registry_push_blob(registry, digest, &spool, err);
}

int push_layer(char **digest, struct registry *registry, struct layer *layer, struct err *err)
{
	auto_free char *config = write_config(layer);
	auto_free char *manifest = write_manifest(layer, span_of(config));
	auto_free char *found = digest_of(span_of(manifest));
	auto_free char *blob = digest_name(layer->digest);
	const char *tag = found + sizeof("sha256:") - 1;
	int there = registry_has_manifest(registry, TYPE_MANIFEST, found, err);

	if (there < 0)
		return -1;
	if (!there &&
		(registry_push_blob(registry, blob, &layer->spool, err) < 0 ||
			push_config(registry, span_of(config), err) < 0 ||
			registry_push_manifest(
				registry, TYPE_MANIFEST, tag, span_of(manifest), err) < 0))
		return -1;
	*digest = TAKE(found);
	return !there;
}
