/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flate: DEFLATE (RFC 1951) and its wrappings, piece by piece. The only includer of zlib.h.
 *
 * A stream is made once and may be begun anew. Equal bytes become equal compressed bytes, however they
 * come in pieces, as long as zlib stays the same.
 */
#ifndef BASE_FLATE_H
#define BASE_FLATE_H

#include "base/defs.h"
#include "base/span.h"

enum flate_format {
	FLATE_RAW,  /* of zip archives */
	FLATE_ZLIB, /* RFC 1950: of git's objects */
};

struct flate;

/* For flate_inflate(). */
MUST_CHECK struct flate *flate_new_inflate(enum flate_format format);

/* For flate_deflate(): gzip (RFC 1952), fast, with neither a time nor a name in it. */
MUST_CHECK struct flate *flate_new_gzip(void);

/* Begin anew. */
void flate_reset(struct flate *flate);

/*
 * Take bytes from the front of `from`, as many as fill `out` or all. Returns how many bytes were put
 * there, or -1 where they cannot be inflated; `ended` tells whether that was the end of the
 * stream, behind which nothing is taken.
 */
MUST_CHECK long flate_inflate(
	struct flate *flate, struct span *from, char *out, size_t size, bool *ended);

/* The same to compress. With `last`, what comes is the end: call it until `ended`. */
size_t flate_deflate(
	struct flate *flate, struct span *from, bool last, char *out, size_t size, bool *ended);

/* The CRC-32 of what was added to that of what came before, of which 0 is that of nothing. */
MUST_CHECK uint32_t flate_crc32(uint32_t before, struct span bytes);

void flate_free(struct flate *flate); /* NULL is fine */
void flate_free_pointer(struct flate **flate);
#define auto_flate AUTO(flate_free_pointer)

#endif
