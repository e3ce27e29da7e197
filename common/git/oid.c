/* SPDX-License-Identifier: Apache-2.0 */
/* oid: the id of a git object, and lists of them. */
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "git/oid.h"

/* In lower case. */
static bool take_digits(struct span *from, size_t count, struct oid *oid)
{
	struct span hex;

	if (!span_take_hex(from, count, &hex))
		return false;
	for (size_t i = 0; i < count; i++) {
		char c = hex.data[i];

		oid->hex[i] = c >= 'A' && c <= 'F' ? (char)(c - 'A' + 'a') : c;
	}
	oid->hex[count] = '\0';
	return true;
}

bool oid_take(struct span *from, struct oid *oid)
{
	return take_digits(from, OID_HEX, oid);
}

bool oid_parse(struct span text, struct oid *oid)
{
	return text.length == OID_HEX && oid_take(&text, oid);
}

bool oid_parse_short(struct span text, struct oid *digits)
{
	enum { LEAST_DIGITS = 4 }; /* as git's minimum */

	return text.length >= LEAST_DIGITS && text.length < OID_HEX &&
		take_digits(&text, text.length, digits);
}

void oid_from_raw(const unsigned char raw[static OID_RAW], struct oid *oid)
{
	digest_hex(raw, OID_RAW, oid->hex);
}

static unsigned char digit_of(char c)
{
	return (unsigned char)(c <= '9' ? c - '0' : c - 'a' + 10);
}

void oid_to_raw(const struct oid *oid, unsigned char raw[static OID_RAW])
{
	for (size_t i = 0; i < OID_RAW; i++)
		raw[i] = (unsigned char)(digit_of(oid->hex[2 * i]) << 4 |
			digit_of(oid->hex[2 * i + 1]));
}

bool oid_equal(const struct oid *a, const struct oid *b)
{
	return memcmp(a->hex, b->hex, OID_HEX) == 0;
}

bool oid_is_set(const struct oid *oid)
{
	return oid->hex[0] && memcmp(oid->hex, OID_ZERO, OID_HEX) != 0;
}

void oids_add(struct oids *oids, const struct oid *oid)
{
	/* doubled at each power of two, so that a long list costs few copies */
	if ((oids->count & (oids->count - 1)) == 0)
		oids->items = mem_resize(
			oids->items, oids->count ? 2 * oids->count : 1, sizeof(*oids->items));
	oids->items[oids->count++] = *oid;
}

bool oids_have(const struct oids *oids, const struct oid *oid)
{
	for (size_t i = 0; i < oids->count; i++)
		if (oid_equal(&oids->items[i], oid))
			return true;
	return false;
}

void oids_release(struct oids *oids)
{
	free(oids->items);
	*oids = (struct oids){ 0 };
}

struct oids oids_slice(const struct oids *oids, size_t first, size_t count)
{
	size_t left = oids->count - first;

	return (struct oids){ oids->items + first, left < count ? left : count };
}
