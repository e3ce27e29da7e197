/* SPDX-License-Identifier: Apache-2.0 */
/* hash: SHA-1, as ids of objects and as the checksum of packs. */
#include <stdio.h>

#include "git/hash.h"

void hash_take(struct digest *digest, struct oid *oid)
{
	unsigned char bytes[DIGEST_SIZE_MAX] = { 0 };

	digest_take(digest, bytes);
	oid_from_raw(bytes, oid);
}

void hash_object(struct digest *digest, const char *type, struct span content, struct oid *oid)
{
	char header[64];
	int length = snprintf(header, sizeof(header), "%s %zu", type, content.length);

	/* the NUL belongs to it */
	digest_add(digest, (struct span){ header, (size_t)length + 1 });
	digest_add(digest, content);
	hash_take(digest, oid);
}
