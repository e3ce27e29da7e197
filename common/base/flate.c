/* SPDX-License-Identifier: Apache-2.0 */
/* flate: DEFLATE and its wrappings, piece by piece. */
#define ZLIB_CONST /* next_in is not written to */
#include <zlib.h>

#include "base/flate.h"
#include "base/limits.h"
#include "base/mem.h"

struct flate {
	z_stream stream;
	bool deflates;
};

struct flate *flate_new_inflate(enum flate_format format)
{
	struct flate *flate = mem_alloc(sizeof(*flate));

	if (inflateInit2(&flate->stream, format == FLATE_RAW ? -MAX_WBITS : MAX_WBITS) != Z_OK)
		abort(); /* out of memory is all that can be */
	return flate;
}

struct flate *flate_new_gzip(void)
{
	enum { GZIP = 16, MEMORY_LEVEL = 8 };
	struct flate *flate = mem_alloc(sizeof(*flate));

	flate->deflates = true;
	if (deflateInit2(&flate->stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + GZIP, MEMORY_LEVEL,
		    Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	return flate;
}

void flate_reset(struct flate *flate)
{
	if ((flate->deflates ? deflateReset : inflateReset)(&flate->stream) != Z_OK)
		abort(); /* a stream that was made can be begun anew */
}

/* One call of zlib's. */
static int turn(struct flate *flate, struct span *from, int flush, char *out, size_t size)
{
	z_stream *stream = &flate->stream;
	unsigned given = from->length < MIB ? (unsigned)from->length : MIB;
	int status;

	stream->next_in = (const Bytef *)from->data;
	stream->avail_in = given;
	stream->next_out = (Bytef *)out;
	stream->avail_out = size < MIB ? (unsigned)size : MIB;
	status = (flate->deflates ? deflate : inflate)(stream, flush);
	given -= stream->avail_in;
	from->data += given;
	from->length -= given;
	return status;
}

static size_t made(const struct flate *flate, const char *out)
{
	return (size_t)((const char *)flate->stream.next_out - out);
}

long flate_inflate(struct flate *flate, struct span *from, char *out, size_t size, bool *ended)
{
	int status = turn(flate, from, Z_NO_FLUSH, out, size);

	if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
		return -1;
	*ended = status == Z_STREAM_END;
	return (long)made(flate, out);
}

size_t flate_deflate(
	struct flate *flate, struct span *from, bool last, char *out, size_t size, bool *ended)
{
	/* what is longer than a single turn takes has not come to its end */
	int flush = last && from->length <= MIB ? Z_FINISH : Z_NO_FLUSH;

	*ended = turn(flate, from, flush, out, size) == Z_STREAM_END;
	return made(flate, out);
}

uint32_t flate_crc32(uint32_t before, struct span bytes)
{
	return (uint32_t)crc32_z(before, (const Bytef *)bytes.data, bytes.length);
}

void flate_free(struct flate *flate)
{
	if (!flate)
		return;
	(void)(flate->deflates ? deflateEnd : inflateEnd)(&flate->stream);
	free(flate);
}

void flate_free_pointer(struct flate **flate)
{
	flate_free(*flate);
	*flate = NULL;
}
