/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sideband: three streams in one (gitprotocol-pack): 1 data, 2 what the server says to people, 3 why
 * it gives up. What the server says is shown as "remote: ..." lines; a line that ends in CR is
 * progress and is overwritten by the next one. Where v2's `sideband-all` was asked for, the whole answer
 * comes so, its lines on band 1, and the server may talk, give up or keep the connection alive anywhere.
 */
#ifndef GIT_WIRE_SIDEBAND_H
#define GIT_WIRE_SIDEBAND_H

#include "base/buf.h"
#include "git/wire/pkt.h"

struct sideband {
	struct pkt_reader *reader;
	bool whole;      /* lines as well: sideband-all */
	struct buf line; /* of band 2, until its end comes */
};

void sideband_init(struct sideband *sideband, struct pkt_reader *reader, bool whole);

/* As pkt_read_line(), of band 1 where the answer as a whole is in bands; ERR_REMOTE with the words of band 3. */
MUST_CHECK int sideband_read_line(struct sideband *sideband, struct span *line, struct err *err);

/*
 * The next piece of band 1, good until the next call. Returns 1, or 0 at the flush, or -1: ERR_REMOTE
 * with the words of band 3, ERR_NETWORK where the flush is missing, or as pkt_read().
 */
MUST_CHECK int sideband_read(struct sideband *sideband, struct span *data, struct err *err);

/* Shows what is left of band 2's last line. */
void sideband_release(struct sideband *sideband);
#define auto_sideband AUTO(sideband_release)

#endif
