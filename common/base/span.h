/* SPDX-License-Identifier: Apache-2.0 */
/*
 * span: borrowed bytes, passed by value, and the cursor that every parser of outside bytes moves.
 *
 * A span owns nothing, may hold NULs and has no NUL behind it. The take functions move the front of
 * `*from` only when they return true; on false it is unchanged, and so is every out parameter.
 */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include "base/defs.h"

struct span {
	const char *data;
	size_t length;
};

/* For "%.*s" in messages; cut to what a message may hold. */
#define SPAN_FORMAT(span) ((span).length > 256 ? 256 : (int)(span).length), ((span).data)
#define SPAN_LITERAL(text) ((struct span){ (text), sizeof(text) - 1 })

struct span span_of(const char *text); /* of a NUL-terminated string; NULL gives an empty span */
bool span_equal(struct span a, struct span b);
bool span_is(struct span span, const char *text);
bool span_starts(struct span span, const char *prefix);
bool span_ends(struct span span, const char *suffix);
struct span span_trim(struct span span); /* without ASCII white space at both ends */
char *span_copy(struct span span);       /* NUL-terminated, the caller's to free */

/* Take exactly `text`. */
bool span_take(struct span *from, const char *text);

/* Take `length` bytes. */
bool span_take_bytes(struct span *from, size_t length, struct span *taken);

/*
 * Take up to the first byte that is one of `stops`, which stays in front; there must be one.
 * The part taken may be empty.
 */
bool span_take_until(struct span *from, const char *stops, struct span *taken);

/* Take a line without its LF (or CR LF). The last line may lack it; an empty span gives false. */
bool span_take_line(struct span *from, struct span *line);

/* Take decimal digits, at least one, with a value of at most `max`. */
bool span_take_number(struct span *from, uint64_t max, uint64_t *value);

/* Take exactly `length` lower or upper case hexadecimal digits. */
bool span_take_hex(struct span *from, size_t length, struct span *taken);

#endif
