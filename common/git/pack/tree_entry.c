/* SPDX-License-Identifier: Apache-2.0 */
/* tree_entry: the content of a tree object, an entry at a time. */
#include <string.h>

#include "git/pack/trees.h"

enum { MODE_DIGITS_MAX = 7 };

/* As git reads modes: what it never writes itself is taken for the nearest that it does. */
static enum tree_kind kind_of(unsigned int mode)
{
	switch (mode & 0170000) {
	case 0100000:
		return mode & 0100 ? TREE_PROGRAM : TREE_FILE;
	case 0120000:
		return TREE_LINK;
	case 0040000:
		return TREE_FOLDER;
	default:
		return TREE_SUBMODULE;
	}
}

static bool take_mode(struct span *from, unsigned int *mode)
{
	struct span digits;
	unsigned int value = 0;

	if (!span_take_until(from, " ", &digits) || digits.length == 0 ||
		digits.length > MODE_DIGITS_MAX)
		return false;
	for (size_t i = 0; i < digits.length; i++) {
		if (digits.data[i] < '0' || digits.data[i] > '7')
			return false;
		value = value * 8 + (unsigned int)(digits.data[i] - '0');
	}
	*mode = value;
	return span_take(from, " ");
}

static bool take_name(struct span *from, struct span *name)
{
	size_t length = 0;

	while (length < from->length && from->data[length])
		length++;
	if (length == 0 || length == from->length || memchr(from->data, '/', length))
		return false;
	*name = (struct span){ from->data, length };
	*from = (struct span){ from->data + length + 1, from->length - length - 1 };
	return true;
}

int tree_entry_take(struct span *content, struct tree_entry *entry, struct err *err)
{
	struct span left = *content, raw;
	unsigned int mode;

	if (left.length == 0)
		return 0;
	if (!take_mode(&left, &mode) || !take_name(&left, &entry->name) ||
		!span_take_bytes(&left, OID_RAW, &raw))
		return err_set(err, ERR_REMOTE, "a tree that the server sent is damaged");
	entry->kind = kind_of(mode);
	entry->raw = (const unsigned char *)raw.data;
	*content = left;
	return 1;
}
