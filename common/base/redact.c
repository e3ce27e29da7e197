/* SPDX-License-Identifier: Apache-2.0 */
/* redact: the set of texts that must not be shown, and the search for them in a line. */
#include <string.h>

#include "base/mem.h"
#include "base/redact.h"
#include "base/secret.h"

static struct {
	struct span *texts; /* longest first; each data is owned */
	size_t count;
	uint8_t starts[65536 / 8]; /* a bit for the first two bytes of each text */
} known;

static size_t start_of(const char *two)
{
	return (size_t)(unsigned char)two[0] << 8 | (unsigned char)two[1];
}

static void insert(struct span text)
{
	size_t at = 0;

	if (text.length < 2)
		return;
	while (at < known.count && known.texts[at].length >= text.length)
		if (span_equal(known.texts[at++], text))
			return;
	known.texts = mem_resize(known.texts, known.count + 1, sizeof(*known.texts));
	memmove(known.texts + at + 1, known.texts + at, (known.count - at) * sizeof(*known.texts));
	known.texts[at] = (struct span){ mem_copy(text.data, text.length), text.length };
	known.count++;
	known.starts[start_of(text.data) / 8] |= (uint8_t)(1U << (start_of(text.data) % 8));
}

void redact_add(struct span text)
{
	struct span line;

	insert(span_trim(text));
	while (span_take_line(&text, &line))
		insert(span_trim(line));
}

static bool may_start(const char *two)
{
	return known.starts[start_of(two) / 8] & (1U << (start_of(two) % 8));
}

/* The length of the longest known text that `rest` starts with, or 0. */
static size_t known_at(struct span rest)
{
	for (size_t i = 0; i < known.count; i++) {
		struct span text = known.texts[i];

		if (text.length <= rest.length && memcmp(text.data, rest.data, text.length) == 0)
			return text.length;
	}
	return 0;
}

int redact_append(struct buf *out, struct span line)
{
	size_t shown = 0;
	size_t at = 0;

	while (known.count && at + 1 < line.length) {
		struct span rest = { line.data + at, line.length - at };
		size_t hidden = may_start(rest.data) ? known_at(rest) : 0;

		if (!hidden) {
			at++;
			continue;
		}
		if (buf_add(out, line.data + shown, at - shown) < 0 ||
			buf_add_string(out, "((redacted))") < 0)
			return -1;
		at += hidden;
		shown = at;
	}
	return buf_add(out, line.data + shown, line.length - shown);
}

void redact_release(void)
{
	for (size_t i = 0; i < known.count; i++) {
		char *text = (char *)(uintptr_t)known.texts[i].data;

		secret_wipe(text, known.texts[i].length);
		free(text);
	}
	free(known.texts);
	memset(&known, 0, sizeof(known));
}
