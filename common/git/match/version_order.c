/* SPDX-License-Identifier: Apache-2.0 */
/* version_order: the order of names that hold versions, as GNU's filevercmp and Debian's versions. */
#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "base/span.h"
#include "git/match/version_order.h"

static bool is_digit(struct span text)
{
	return text.length && isdigit((unsigned char)text.data[0]);
}

static void skip(struct span *text)
{
	text->data++;
	text->length--;
}

/* Of what is no digit: a tilde before the end, the end before letters, letters before the rest. */
static int weight(struct span text)
{
	unsigned char byte;

	if (!text.length)
		return -1;
	byte = (unsigned char)text.data[0];
	if (isdigit(byte))
		return 0;
	if (isalpha(byte))
		return byte;
	return byte == '~' ? -2 : byte + UCHAR_MAX + 1;
}

static int compare_text(struct span *a, struct span *b)
{
	while ((a->length && !is_digit(*a)) || (b->length && !is_digit(*b))) {
		int difference = weight(*a) - weight(*b);

		if (difference)
			return difference;
		skip(a);
		skip(b);
	}
	return 0;
}

static void skip_zeros(struct span *text)
{
	while (span_take(text, "0"))
		continue;
}

/* The longer one is greater; of equal length, the first digit that differs decides. */
static int compare_digits(struct span *a, struct span *b)
{
	int difference = 0;

	skip_zeros(a);
	skip_zeros(b);
	while (is_digit(*a) && is_digit(*b)) {
		if (!difference)
			difference = a->data[0] - b->data[0];
		skip(a);
		skip(b);
	}
	if (is_digit(*a) || is_digit(*b))
		return is_digit(*a) ? 1 : -1;
	return difference;
}

static int compare(struct span a, struct span b)
{
	int difference = 0;

	while (!difference && (a.length || b.length)) {
		difference = compare_text(&a, &b);
		if (!difference)
			difference = compare_digits(&a, &b);
	}
	return difference;
}

static bool begins_suffix(struct span rest)
{
	return rest.length > 1 && rest.data[0] == '.' &&
		(isalpha((unsigned char)rest.data[1]) || rest.data[1] == '~');
}

/* Without suffixes such as ".tar.gz", of which the first character of a name is never part. */
static struct span stem(struct span name)
{
	size_t end = 0;

	for (size_t i = 0; i < name.length;) {
		end = ++i;
		while (begins_suffix((struct span){ name.data + i, name.length - i }))
			for (i += 2; i < name.length; i++)
				if (!isalnum((unsigned char)name.data[i]) && name.data[i] != '~')
					break;
	}
	return (struct span){ name.data, end };
}

int version_order(const char *a, const char *b)
{
	struct span left = span_of(a), right = span_of(b);
	int difference;

	if ((a[0] == '.') != (b[0] == '.'))
		return a[0] == '.' ? -1 : 1;
	difference = compare(stem(left), stem(right));
	if (!difference)
		difference = compare(left, right);
	return difference ? difference : strcmp(a, b);
}
