/* SPDX-License-Identifier: Apache-2.0 */
/*
 * buf: owned bytes that grow, up to a maximum that is given when the buffer begins.
 *
 * `data` is never NULL after the first call and always has a NUL behind `length`; the bytes may hold
 * NULs. Adding beyond the maximum returns -1 and leaves the buffer as it was, so a caller of a
 * fallible add turns that into its own message. `struct buf b = BUF(max);` needs no init call.
 *
 * One that begins as BUF_SECRET(max) wipes whatever it leaves behind: what it outgrows, drops or frees.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/defs.h"
#include "base/span.h"

struct buf {
	char *data;
	size_t length;
	size_t size; /* allocated; private */
	size_t max;  /* of length */
	bool secret; /* wipe what is left behind */
};

#define BUF(maximum) ((struct buf){ .max = (maximum) })
#define BUF_SECRET(maximum) ((struct buf){ .max = (maximum), .secret = true })

MUST_CHECK int buf_add(struct buf *buf, const void *data, size_t length);
MUST_CHECK int buf_add_span(struct buf *buf, struct span span);
MUST_CHECK int buf_add_string(struct buf *buf, const char *text);
MUST_CHECK PRINTF(2, 3) int buf_format(struct buf *buf, const char *format, ...);

/* Room for at least `length` more bytes at data + length; the caller then raises length. NULL when
 * that would pass the maximum. */
MUST_CHECK char *buf_reserve(struct buf *buf, size_t length);

/* Drop `count` bytes (at most length) from the front. */
void buf_consume(struct buf *buf, size_t count);

void buf_clear(struct buf *buf); /* length 0, memory kept */
struct span buf_span(const struct buf *buf);

/* The NUL-terminated contents become the caller's to free; the buffer is empty again. Never NULL. */
MUST_CHECK char *buf_detach(struct buf *buf);

void buf_release(struct buf *buf);
#define auto_buf AUTO(buf_release)

#endif
