/* SPDX-License-Identifier: Apache-2.0 */
/* scan: where a JSON value ends, without building it. */
#include <string.h>

#include "kube/scan.h"

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* Behind the part of a string that needs no look: up to a quote or a backslash. */
static size_t string_run(struct span text, size_t at)
{
	while (at < text.length && text.data[at] != '"' && text.data[at] != '\\')
		at++;
	return at;
}

static void in_string(struct scan *scan, char c)
{
	if (scan->escaped)
		scan->escaped = false;
	else if (c == '\\')
		scan->escaped = true;
	else if (c == '"')
		scan->in_string = false;
}

static void outside(struct scan *scan, char c)
{
	if (c == '"')
		scan->in_string = true;
	else if (c == '{' || c == '[')
		scan->depth++;
	else if (c == '}' || c == ']')
		scan->depth--;
}

enum scan_result scan_container(struct scan *scan, struct span text)
{
	while (scan->seen < text.length) {
		char c = text.data[scan->seen];

		if (scan->in_string) {
			in_string(scan, c);
			scan->seen++;
			if (scan->in_string && !scan->escaped)
				scan->seen = string_run(text, scan->seen);
			continue;
		}
		if (!scan->depth && !is_space(c) && c != '{' && c != '[')
			return SCAN_WRONG;
		outside(scan, c);
		scan->seen++;
		if (!scan->depth && !is_space(c))
			return SCAN_DONE;
	}
	return SCAN_MORE;
}

static void skip_space(struct span *from)
{
	while (from->length && is_space(*from->data)) {
		from->data++;
		from->length--;
	}
}

static bool take_string(struct span *from, struct span *value)
{
	struct scan scan = { .in_string = true, .seen = 1 };

	while (scan.in_string && scan.seen < from->length)
		in_string(&scan, from->data[scan.seen++]);
	return !scan.in_string && span_take_bytes(from, scan.seen, value);
}

bool scan_take_value(struct span *from, struct span *value)
{
	struct span rest = *from;
	struct scan scan = { 0 };
	bool taken;

	skip_space(&rest);
	if (!rest.length)
		return false;
	if (*rest.data == '{' || *rest.data == '[')
		taken = scan_container(&scan, rest) == SCAN_DONE &&
			span_take_bytes(&rest, scan.seen, value);
	else if (*rest.data == '"')
		taken = take_string(&rest, value);
	else
		taken = span_take_until(&rest, ",}] \n\r\t", value) && value->length;
	if (taken)
		*from = rest;
	return taken;
}

bool scan_take(struct span *from, const char *text)
{
	struct span rest = *from;

	skip_space(&rest);
	if (!span_take(&rest, text))
		return false;
	*from = rest;
	return true;
}
