/* SPDX-License-Identifier: Apache-2.0 */
/* hash: SHA-1, as ids of objects and as the checksum of packs. */
#ifndef GIT_HASH_H
#define GIT_HASH_H

#include "base/digest.h"
#include "git/oid.h"

/* The digest, of DIGEST_SHA1, of what was added; it is empty again. */
void hash_take(struct digest *digest, struct oid *oid);

/* The id of an object of that type ("commit") and content, by an empty digest. */
void hash_object(struct digest *digest, const char *type, struct span content, struct oid *oid);

#endif
