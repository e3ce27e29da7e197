/* SPDX-License-Identifier: Apache-2.0 */
/* hash: SHA-1, as ids of objects and as the checksum of packs. */
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "git/hash.h"

struct hash {
	EVP_MD_CTX *context;
};

/* SHA-1 is always there and its context small: failing is as much as being out of memory. */
static void must(int done)
{
	if (!done)
		abort();
}

struct hash *hash_new(void)
{
	struct hash *hash = mem_alloc(sizeof(*hash));

	hash->context = EVP_MD_CTX_new();
	must(hash->context != NULL);
	must(EVP_DigestInit_ex(hash->context, EVP_sha1(), NULL));
	return hash;
}

void hash_add(struct hash *hash, struct span bytes)
{
	must(EVP_DigestUpdate(hash->context, bytes.data, bytes.length));
}

void hash_take(struct hash *hash, struct oid *digest)
{
	unsigned char raw[EVP_MAX_MD_SIZE] = { 0 };

	must(EVP_DigestFinal_ex(hash->context, raw, NULL));
	must(EVP_DigestInit_ex(hash->context, EVP_sha1(), NULL));
	oid_from_raw(raw, digest);
}

void hash_free(struct hash *hash)
{
	if (!hash)
		return;
	EVP_MD_CTX_free(hash->context);
	free(hash);
}

void hash_object(struct hash *hash, const char *type, struct span content, struct oid *oid)
{
	char header[64];
	int length = snprintf(header, sizeof(header), "%s %zu", type, content.length);

	/* the NUL belongs to it */
	hash_add(hash, (struct span){ header, (size_t)length + 1 });
	hash_add(hash, content);
	hash_take(hash, oid);
}
