/* SPDX-License-Identifier: Apache-2.0 */
/* pointer: the text that stands in a repository for a file that Git LFS keeps elsewhere. */
#include <string.h>

#include "git/lfs/pointer.h"

static const char *const versions[] = {
	"https://git-lfs.github.com/spec/v1",
	"https://hawser.github.com/spec/v1",
	"http://git-media.io/v/2",
};

bool lfs_oid_take(struct span *from, char oid[static LFS_OID_HEX + 1])
{
	struct span rest = *from;
	struct span hex;

	if (!span_take_hex(&rest, LFS_OID_HEX, &hex))
		return false;
	for (size_t i = 0; i < hex.length; i++)
		if (hex.data[i] >= 'A' && hex.data[i] <= 'F')
			return false;
	memcpy(oid, hex.data, hex.length);
	oid[LFS_OID_HEX] = '\0';
	*from = rest;
	return true;
}

static bool take_version(struct span *text)
{
	struct span line;

	if (!span_take_line(text, &line) || !span_take(&line, "version "))
		return false;
	for (size_t i = 0; i < COUNT(versions); i++)
		if (span_is(line, versions[i]))
			return true;
	return false;
}

static bool take_digest(struct span line, char oid[static LFS_OID_HEX + 1])
{
	return span_take(&line, "sha256:") && lfs_oid_take(&line, oid) && line.length == 0;
}

/* "ext-0-name sha256:..." */
static bool is_extension(struct span line)
{
	char oid[LFS_OID_HEX + 1];
	struct span priority, name;

	if (!span_take(&line, "ext-") || !span_take_bytes(&line, 1, &priority) ||
		*priority.data < '0' || *priority.data > '9' || !span_take(&line, "-"))
		return false;
	return span_take_until(&line, " ", &name) && name.length && span_take(&line, " ") &&
		take_digest(line, oid);
}

static bool take_oid(struct span *text, char oid[static LFS_OID_HEX + 1])
{
	struct span line;

	return span_take_line(text, &line) && span_take(&line, "oid ") && take_digest(line, oid);
}

static bool take_size(struct span *text, uint64_t *size)
{
	struct span line;

	return span_take_line(text, &line) && span_take(&line, "size ") &&
		span_take_number(&line, INT64_MAX, size) && line.length == 0;
}

enum lfs_kind lfs_pointer_read(struct lfs_pointer *pointer, struct span text)
{
	struct lfs_pointer read;
	struct span rest, line;
	bool extended = false;

	if (text.length >= LFS_POINTER_MAX || !take_version(&text))
		return LFS_NONE;
	for (rest = text; span_take_line(&rest, &line) && is_extension(line); text = rest)
		extended = true;
	if (!take_oid(&text, read.oid) || !take_size(&text, &read.size) || text.length)
		return LFS_NONE;
	if (extended)
		return LFS_EXTENDED;
	*pointer = read;
	return LFS_POINTER;
}
