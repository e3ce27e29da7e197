/* SPDX-License-Identifier: Apache-2.0 */
/* packet: the framing of OpenPGP's packets. */
#include "git/verify/packet.h"

static bool take_number(struct span *from, size_t bytes, size_t *number)
{
	struct span taken;
	size_t value = 0;

	if (!span_take_bytes(from, bytes, &taken))
		return false;
	for (size_t i = 0; i < bytes; i++)
		value = value << 8 | (unsigned char)taken.data[i];
	*number = value;
	return true;
}

/* Of 1, 2 or 5 octets; 224 to 254 begin a body in parts, which keys and signatures never are. */
static bool take_length(struct span *from, size_t *length)
{
	size_t first, second;

	if (!take_number(from, 1, &first))
		return false;
	if (first == 255)
		return take_number(from, 4, length);
	if (first >= 224)
		return false;
	*length = first;
	if (first < 192)
		return true;
	if (!take_number(from, 1, &second))
		return false;
	*length = ((first - 192) << 8) + second + 192;
	return true;
}

bool packet_take(struct span *from, struct packet *packet)
{
	struct span rest = *from;
	struct packet taken = { 0 };
	size_t head, length;

	if (!take_number(&rest, 1, &head) || !(head & 0x80))
		return false;
	if (head & 0x40) {
		taken.tag = head & 0x3f;
		if (!take_length(&rest, &length))
			return false;
	} else {
		taken.tag = head >> 2 & 0x0f;
		/* 3: up to the end of everything */
		if ((head & 3) == 3 || !take_number(&rest, (size_t)1 << (head & 3), &length))
			return false;
	}
	if (!span_take_bytes(&rest, length, &taken.body))
		return false;
	taken.whole = (struct span){ from->data, (size_t)(rest.data - from->data) };
	*packet = taken;
	*from = rest;
	return true;
}
