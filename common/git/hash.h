/* SPDX-License-Identifier: Apache-2.0 */
/* hash: SHA-1, as ids of objects and as the checksum of packs. The only includer of OpenSSL here. */
#ifndef GIT_HASH_H
#define GIT_HASH_H

#include "git/oid.h"

struct hash;

MUST_CHECK struct hash *hash_new(void);
void hash_add(struct hash *hash, struct span bytes);

/* The digest of what was added; the hash is empty again. */
void hash_take(struct hash *hash, struct oid *digest);

void hash_free(struct hash *hash); /* NULL is fine */

/* The id of an object of that type ("commit") and content. */
void hash_object(struct hash *hash, const char *type, struct span content, struct oid *oid);

#endif
