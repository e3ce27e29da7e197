/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oid: the id of a git object, as 40 lower case hexadecimal digits.
 *
 * Text, because the wire, versions and messages all want text. A zeroed struct is "no id yet";
 * OID_ZERO is the wire's way to say "there is none".
 */
#ifndef GIT_OID_H
#define GIT_OID_H

#include "base/defs.h"
#include "base/span.h"

#define OID_HEX 40
#define OID_RAW 20
#define OID_ZERO "0000000000000000000000000000000000000000"

struct oid {
	char hex[OID_HEX + 1];
};

/* An owned list; `{ 0 }` is empty. */
struct oids {
	struct oid *items;
	size_t count;
};

/* Take 40 hexadecimal digits; upper case becomes lower case. */
bool oid_take(struct span *from, struct oid *oid);

/* Exactly an id and nothing else. */
bool oid_parse(struct span text, struct oid *oid);

/* The beginning of an id, of at least four digits, and nothing else. */
bool oid_parse_short(struct span text, struct oid *digits);

void oid_from_raw(const unsigned char raw[static OID_RAW], struct oid *oid);
void oid_to_raw(const struct oid *oid, unsigned char raw[static OID_RAW]);
bool oid_equal(const struct oid *a, const struct oid *b);
bool oid_is_set(const struct oid *oid); /* neither unset nor OID_ZERO */

void oids_add(struct oids *oids, const struct oid *oid);

/* For a few: it looks at all of them. Many are asked of an oid_map. */
bool oids_have(const struct oids *oids, const struct oid *oid);

/* Up to `count` of them from `first` on, borrowed. */
struct oids oids_slice(const struct oids *oids, size_t first, size_t count);

void oids_release(struct oids *oids);
#define auto_oids AUTO(oids_release)

#endif
