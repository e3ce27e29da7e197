/* SPDX-License-Identifier: Apache-2.0 */
/* hints: the text of the file in which checks leave hints for those that come after them. */
#include <string.h>

#include "base/digest.h"
#include "git/history/hints.h"

#define HEADING "build-service-resource hints 1\n"

/* As text, with its line end. */
struct checksum {
	char text[2 * DIGEST_SHA256_SIZE + 2];
};

static int sum(struct checksum *checksum, struct span text, struct err *err)
{
	unsigned char digest[DIGEST_SHA256_SIZE];

	if (digest_sha256(text, digest, err) < 0)
		return -1;
	digest_hex(digest, sizeof(digest), checksum->text);
	checksum->text[2 * sizeof(digest)] = '\n';
	checksum->text[2 * sizeof(digest) + 1] = '\0';
	return 0;
}

static bool take_line(struct span *text, struct hint_line *line)
{
	struct span key;

	if (!span_take_hex(text, HINT_KEY, &key) || !span_take(text, " ") ||
		!oid_take(text, &line->version) || !span_take(text, " ") ||
		!oid_take(text, &line->examined) || !span_take(text, "\n"))
		return false;
	memcpy(line->key, key.data, HINT_KEY);
	line->key[HINT_KEY] = '\0';
	return oid_is_set(&line->examined);
}

bool hints_parse(struct hints *hints, struct span text)
{
	struct hints found = { .count = 0 };
	struct span body = text;
	struct checksum checksum;
	struct err ignored = { 0 };

	if (text.length < 2 * DIGEST_SHA256_SIZE + 1)
		return false;
	body.length -= 2 * DIGEST_SHA256_SIZE + 1;
	if (sum(&checksum, body, &ignored) < 0 || !span_ends(text, checksum.text) ||
		!span_take(&body, HEADING))
		return false;
	while (body.length)
		if (found.count == HINTS_MAX || !take_line(&body, &found.items[found.count++]))
			return false;
	*hints = found;
	return true;
}

int hints_format(const struct hints *hints, struct buf *text, struct err *err)
{
	int status = buf_add_string(text, HEADING);
	struct checksum checksum;

	for (size_t i = 0; i < hints->count && status == 0; i++) {
		const struct hint_line *line = &hints->items[i];

		status = buf_format(text, "%s %s %s\n", line->key,
			oid_is_set(&line->version) ? line->version.hex : OID_ZERO,
			line->examined.hex);
	}
	if (status == 0 && sum(&checksum, buf_span(text), err) < 0)
		return -1;
	if (status < 0 || buf_add_string(text, checksum.text) < 0)
		return err_set(err, ERR_INTERNAL, "the hints are too long");
	return 0;
}

static bool same_version(const struct oid *a, const struct oid *b)
{
	return oid_is_set(a) ? oid_equal(a, b) : !oid_is_set(b);
}

const struct oid *hints_find(const struct hints *hints, const char *key, const struct oid *version)
{
	for (size_t i = 0; i < hints->count; i++) {
		const struct hint_line *line = &hints->items[i];

		if (strcmp(line->key, key) == 0 && same_version(&line->version, version))
			return &line->examined;
	}
	return NULL;
}

void hints_put(struct hints *hints, const struct hint_line *line)
{
	struct hints kept = { .items = { *line }, .count = 1 };

	for (size_t i = 0; i < hints->count && kept.count < HINTS_MAX; i++)
		if (strcmp(hints->items[i].key, line->key) != 0)
			kept.items[kept.count++] = hints->items[i];
	*hints = kept;
}
