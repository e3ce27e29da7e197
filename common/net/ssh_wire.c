/* SPDX-License-Identifier: Apache-2.0 */
/* ssh_wire: the data types of SSH's messages, keys and signatures. */
#include "net/ssh_wire.h"

bool ssh_take_number(struct span *from, uint32_t *number)
{
	struct span bytes;
	uint32_t value = 0;

	if (!span_take_bytes(from, 4, &bytes))
		return false;
	for (size_t i = 0; i < bytes.length; i++)
		value = value << 8 | (unsigned char)bytes.data[i];
	*number = value;
	return true;
}

bool ssh_take_string(struct span *from, struct span *string)
{
	struct span rest = *from;
	uint32_t length;

	if (!ssh_take_number(&rest, &length) || !span_take_bytes(&rest, length, string))
		return false;
	*from = rest;
	return true;
}

int ssh_add_string(struct buf *to, struct span string)
{
	const unsigned char length[] = { (unsigned char)(string.length >> 24 & 0xff),
		(unsigned char)(string.length >> 16 & 0xff),
		(unsigned char)(string.length >> 8 & 0xff), (unsigned char)(string.length & 0xff) };

	if (to->max - to->length < sizeof(length) + string.length)
		return -1;
	return buf_add(to, length, sizeof(length)) < 0 ? -1 : buf_add_span(to, string);
}
