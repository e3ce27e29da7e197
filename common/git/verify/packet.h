/* SPDX-License-Identifier: Apache-2.0 */
/* packet: the framing of OpenPGP's packets (RFC 9580, section 4). What is in them is for gpgv to read. */
#ifndef GIT_VERIFY_PACKET_H
#define GIT_VERIFY_PACKET_H

#include "base/span.h"

enum packet_tag {
	PACKET_SIGNATURE = 2,
	PACKET_SECRET_KEY = 5,
	PACKET_PUBLIC_KEY = 6,
	PACKET_SECRET_SUBKEY = 7,
	PACKET_MARKER = 10,
	PACKET_TRUST = 12,
	PACKET_USER_ID = 13,
	PACKET_PUBLIC_SUBKEY = 14,
	PACKET_USER_ATTRIBUTE = 17,
};

/* Both spans are borrowed. */
struct packet {
	unsigned tag;
	struct span body;
	struct span whole; /* with its header */
};

/* Take a packet of a length that its header states. */
bool packet_take(struct span *from, struct packet *packet);

#endif
