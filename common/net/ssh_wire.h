/* SPDX-License-Identifier: Apache-2.0 */
/* ssh_wire: the data types of SSH's messages, keys and signatures (RFC 4251, section 5). */
#ifndef NET_SSH_WIRE_H
#define NET_SSH_WIRE_H

#include "base/buf.h"
#include "base/span.h"

/* Take a number of four bytes. */
bool ssh_take_number(struct span *from, uint32_t *number);

/* Take a length of four bytes and what it counts. */
bool ssh_take_string(struct span *from, struct span *string);

/* Append a string with its length. -1 where `to` is full. */
MUST_CHECK int ssh_add_string(struct buf *to, struct span string);

#endif
