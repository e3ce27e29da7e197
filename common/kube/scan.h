/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan: where a JSON value ends, without building it.
 *
 * For what is too big or comes too slowly to be parsed at once: the events of a watch, the items of
 * a list. Only brackets and strings are looked at; whether a piece is JSON is for the parser that
 * gets it.
 */
#ifndef KUBE_SCAN_H
#define KUBE_SCAN_H

#include "base/span.h"

/* Where a search for the end of an object or array is; `{ 0 }` to begin one. */
struct scan {
	size_t seen; /* bytes already looked at */
	unsigned depth;
	bool in_string;
	bool escaped;
};

enum scan_result {
	SCAN_MORE,  /* the value goes on behind `text` */
	SCAN_DONE,  /* scan->seen is its length, white space in front included */
	SCAN_WRONG, /* what begins here is neither an object nor an array */
};

/* Look on in `text`, which begins where it began before and may have grown. */
MUST_CHECK enum scan_result scan_container(struct scan *scan, struct span text);

/* Take a value of any kind, without the white space in front. False where there is no whole one. */
bool scan_take_value(struct span *from, struct span *value);

/* Take white space, then exactly `text`. */
bool scan_take(struct span *from, const char *text);

#endif
