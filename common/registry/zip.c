/* SPDX-License-Identifier: Apache-2.0 */
/* zip: a zip or jar file, by its directory. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/flate.h"
#include "base/limits.h"
#include "base/mem.h"
#include "registry/zip.h"
#include "registry/zip_directory.h"

enum { HEADER_BYTES = 30, PIECE = 32 * KIB };

int zip_read_at(int fd, uint64_t offset, char *data, size_t size, struct err *err)
{
	while (size) {
		ssize_t count = pread(fd, data, size, (off_t)offset);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return err_errno(err, "cannot be read");
		if (count == 0)
			return err_set(err, ERR_CONFIG, "changed while it was read");
		data += count;
		size -= (size_t)count;
		offset += (uint64_t)count;
	}
	return 0;
}

static int damaged(const struct zip_entry *entry, const char *what, struct err *err)
{
	return err_set(
		err, ERR_CONFIG, "'%.*s' in it is damaged: %s", SPAN_FORMAT(entry->name), what);
}

/* The name that the entry's own header has: it must be that of the directory. */
static int check_name(
	const struct zip *zip, const struct zip_entry *entry, size_t length, struct err *err)
{
	auto_free char *name = mem_alloc(length + 1);
	struct span own = { name, length };

	if (zip_read_at(zip->fd, zip->base + entry->offset + HEADER_BYTES, name, length, err) < 0)
		return -1;
	if (entry->type == TAR_FOLDER && span_ends(own, "/"))
		own.length--;
	if (!span_equal(own, entry->name))
		return damaged(entry, "its header has another name", err);
	return 0;
}

/* Where its bytes begin, behind its own header. */
static int find_content(
	uint64_t *begin, const struct zip *zip, const struct zip_entry *entry, struct err *err)
{
	char raw[HEADER_BYTES];
	struct span header = { raw, sizeof(raw) };
	uint64_t at = zip->base + entry->offset;
	uint32_t magic, method, name, extra;
	struct span skipped;

	if (at > zip->end || zip->end - at < HEADER_BYTES)
		return damaged(entry, "it lies outside of the archive", err);
	if (zip_read_at(zip->fd, at, raw, sizeof(raw), err) < 0)
		return -1;
	if (!zip_take_number(&header, 4, &magic) || magic != ZIP_MAGIC_ENTRY ||
		!span_take_bytes(&header, 4, &skipped) || !zip_take_number(&header, 2, &method) ||
		!span_take_bytes(&header, 16, &skipped) || !zip_take_number(&header, 2, &name) ||
		!zip_take_number(&header, 2, &extra))
		return damaged(entry, "its header is none", err);
	if (method != (entry->deflated ? ZIP_DEFLATED : ZIP_STORED))
		return damaged(entry, "its header has another method", err);
	*begin = at + HEADER_BYTES + name + extra;
	if (*begin > zip->end || zip->end - *begin < entry->packed)
		return damaged(entry, "it lies outside of the archive", err);
	return check_name(zip, entry, name, err);
}

/* An entry as it is read. */
struct reading {
	const struct zip_entry *entry;
	struct flate *inflate;
	uint64_t size;
	uint32_t crc;
	bool ended;
	zip_take *take;
	void *context;
};

static int hand_over(struct reading *reading, struct span bytes, struct err *err)
{
	if (bytes.length > reading->entry->size - reading->size)
		return damaged(reading->entry, "it is longer than it says", err);
	reading->size += bytes.length;
	reading->crc = flate_crc32(reading->crc, bytes);
	return bytes.length ? reading->take(reading->context, bytes, err) : 0;
}

static int inflate(struct reading *reading, struct span bytes, struct err *err)
{
	char out[PIECE];
	long count;

	do {
		if (reading->ended && bytes.length)
			return damaged(reading->entry, "there is something behind its end", err);
		if (reading->ended)
			return 0;
		count = flate_inflate(reading->inflate, &bytes, out, sizeof(out), &reading->ended);
		if (count < 0)
			return damaged(reading->entry, "it cannot be inflated", err);
		if (hand_over(reading, (struct span){ out, (size_t)count }, err) < 0)
			return -1;
	} while (bytes.length || count == sizeof(out));
	return 0;
}

static int read_content(
	struct reading *reading, const struct zip *zip, uint64_t begin, struct err *err)
{
	char in[PIECE];
	uint64_t left = reading->entry->packed;

	while (left) {
		struct span bytes = { in, left < sizeof(in) ? (size_t)left : sizeof(in) };
		int status = zip_read_at(zip->fd, begin, in, bytes.length, err);

		if (status == 0)
			status = reading->inflate ? inflate(reading, bytes, err)
						  : hand_over(reading, bytes, err);
		if (status < 0)
			return -1;
		begin += bytes.length;
		left -= bytes.length;
	}
	return 0;
}

int zip_read(const struct zip *zip, const struct zip_entry *entry, zip_take *take, void *context,
	struct err *err)
{
	auto_flate struct flate *flate = entry->deflated ? flate_new_inflate(FLATE_RAW) : NULL;
	struct reading reading = {
		.entry = entry,
		.inflate = flate,
		.take = take,
		.context = context,
	};
	uint64_t begin = 0;

	if (find_content(&begin, zip, entry, err) < 0 ||
		read_content(&reading, zip, begin, err) < 0)
		return -1;
	if (reading.size != entry->size || (flate && !reading.ended))
		return damaged(entry, "it is shorter than it says", err);
	if (reading.crc != entry->crc)
		return damaged(entry, "its checksum is wrong", err);
	return 0;
}
