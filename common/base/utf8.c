/* SPDX-License-Identifier: Apache-2.0 */
/* utf8: what may stand in JSON. */
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */

static size_t expected_length(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef)
		return 3;
	return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/* The second byte's range rules out overlong forms, surrogates and what lies above U+10FFFF. */
static bool second_fits(unsigned char lead, unsigned char second)
{
	unsigned char low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
	unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;

	return second >= low && second <= high;
}

size_t utf8_length(struct span text)
{
	const unsigned char *bytes = (const unsigned char *)text.data;
	size_t length = text.length ? expected_length(bytes[0]) : 0;

	if (length > text.length)
		return 0;
	if (length > 1 && !second_fits(bytes[0], bytes[1]))
		return 0;
	for (size_t i = 2; i < length; i++)
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
	return length;
}

char *utf8_clean(struct span text)
{
	char *clean = mem_alloc(text.length * (sizeof(replacement) - 1) + 1);
	char *end = clean;

	while (text.length) {
		size_t length = utf8_length(text);
		bool bad = length == 0;

		if (bad) {
			memcpy(end, replacement, sizeof(replacement) - 1);
			end += sizeof(replacement) - 1;
			length = 1;
		} else if (text.data[0]) {
			memcpy(end, text.data, length);
			end += length;
		}
		text.data += length;
		text.length -= length;
	}
	*end = '\0';
	return clean;
}
