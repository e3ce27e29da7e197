/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pkt: the pkt-line framing of git's wire protocol (gitprotocol-common).
 *
 * A packet is four hexadecimal digits of length, which count themselves, and the payload; lengths 0,
 * 1 and 2 are the flush, delim and response-end packets. A reader pulls from its source; a payload
 * borrows the reader's buffer and is good until the next pkt_read(). Payloads are at most
 * PKT_PAYLOAD_MAX bytes and may hold NULs.
 */
#ifndef GIT_WIRE_PKT_H
#define GIT_WIRE_PKT_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

#define PKT_MAX 65520 /* LARGE_PACKET_MAX of git, with the four digits */
#define PKT_PAYLOAD_MAX (PKT_MAX - 4)

/* Where bytes come from: up to `size` of them, 0 at the end, -1 with err. */
typedef long pkt_source(void *context, char *data, size_t size, struct err *err);

struct pkt_reader {
	pkt_source *source;
	void *context;
	size_t start, end; /* of what was read and not yet handed out */
	char buffer[PKT_MAX];
};

enum pkt_kind { PKT_DATA, PKT_FLUSH, PKT_DELIM, PKT_RESPONSE_END, PKT_END_OF_STREAM };

void pkt_reader_init(struct pkt_reader *reader, pkt_source *source, void *context);

/*
 * Read the next packet; all but PKT_DATA have an empty payload. Returns its kind;
 * PKT_END_OF_STREAM where the source ended between two packets; or -1: ERR_REMOTE for a bad length,
 * an end inside a packet or an "ERR ..." packet, whose words become the message; the source's own
 * error otherwise.
 */
MUST_CHECK int pkt_read(struct pkt_reader *reader, struct span *payload, struct err *err);

/* As pkt_read(), for text: without the LF at its end. */
MUST_CHECK int pkt_read_line(struct pkt_reader *reader, struct span *line, struct err *err);

/*
 * The next line of a list that a flush packet ends: 1 and the line, 0 at the flush, -1 with err. A list
 * that ends in another way is ERR_REMOTE: "the server's list of `what` has no end".
 */
MUST_CHECK int pkt_read_item(
	struct pkt_reader *reader, struct span *line, const char *what, struct err *err);

/* Bytes that are not framed, up to `size`, such as a pack without side-band: as pkt_source. */
MUST_CHECK long pkt_read_raw(struct pkt_reader *reader, char *data, size_t size, struct err *err);

/* A source over memory; the context is a struct span *, which shrinks. */
long pkt_source_span(void *context, char *data, size_t size, struct err *err);

/* Append a packet. A payload that is too long, or a full buffer, is ERR_INTERNAL. */
MUST_CHECK int pkt_add(struct buf *out, struct span payload, struct err *err);
MUST_CHECK PRINTF(3, 4) int pkt_format(struct buf *out, struct err *err, const char *format, ...);
MUST_CHECK int pkt_add_flush(struct buf *out, struct err *err);
MUST_CHECK int pkt_add_delim(struct buf *out, struct err *err);

#endif
