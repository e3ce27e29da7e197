/* SPDX-License-Identifier: Apache-2.0 */
/* zip_directory: the directory at the end of a zip archive. */
#include <string.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "base/mem.h"
#include "registry/zip_directory.h"

#define MAGIC_DIRECTORY 0x02014b50
#define MAGIC_END "PK\005\006"

enum { END_BYTES = 22, ENTRY_BYTES = 46, COMMENT_MAX = 0xffff };
enum { FLAG_ENCRYPTED = 1 << 0, FLAG_STRONG = 1 << 6, FLAG_MASKED = 1 << 13 };
enum { UNIX_TYPE = 0170000, UNIX_LINK = 0120000 };
enum { HOST_DOS = 0, HOST_UNIX = 3, HOST_VFAT = 14, HOST_MACOS = 19 };

/* What says that the number stands elsewhere, in a zip64 record. */
#define ELSEWHERE_2 0xffff
#define ELSEWHERE_4 0xffffffff

static int refuse(const char *what, struct err *err)
{
	return err_set(err, ERR_CONFIG, "%s", what);
}

static int refuse_entry(struct span name, const char *what, struct err *err)
{
	return err_set(err, ERR_CONFIG, "'%.*s' in it %s", SPAN_FORMAT(name), what);
}

static int refuse_zip64(struct err *err)
{
	return refuse(
		"is a zip64 archive, which is not read here: unpack it, and name the folder", err);
}

static int refuse_directory(struct err *err)
{
	return refuse("is damaged: its directory cannot be read", err);
}

bool zip_take_number(struct span *from, size_t size, uint32_t *number)
{
	struct span bytes;
	uint32_t value = 0;

	if (!span_take_bytes(from, size, &bytes))
		return false;
	for (size_t i = size; i-- > 0;)
		value = value << 8 | (unsigned char)bytes.data[i];
	*number = value;
	return true;
}

/* Numbers in a row: `sizes` has a digit for each. */
static bool take_numbers(struct span *from, const char *sizes, uint32_t *numbers)
{
	struct span rest = *from;

	for (size_t i = 0; sizes[i]; i++)
		if (!zip_take_number(&rest, (size_t)(sizes[i] - '0'), &numbers[i]))
			return false;
	*from = rest;
	return true;
}

/* The record that ends the archive, with a comment behind it that reaches to the end of the file. */
static bool find_end(struct span tail, struct span *end)
{
	for (size_t at = tail.length; at-- > 0;) {
		struct span found = { tail.data + at, tail.length - at };
		struct span comment = found;
		struct span skipped;
		uint32_t length;

		if (found.length < END_BYTES || !span_starts(found, MAGIC_END))
			continue;
		if (span_take_bytes(&comment, END_BYTES - 2, &skipped) &&
			zip_take_number(&comment, 2, &length) && length == comment.length) {
			*end = found;
			return true;
		}
	}
	return false;
}

/* How many entries there are, and how large the directory is before the record at `end_at`. */
static int read_end(
	struct zip *zip, struct span end, uint64_t end_at, size_t *size, struct err *err)
{
	enum { DISK, DIRECTORY_DISK, HERE, ALL, SIZE, OFFSET };
	uint32_t numbers[OFFSET + 1];

	if (!span_take(&end, MAGIC_END) || !take_numbers(&end, "222244", numbers))
		return refuse_directory(err);
	if (numbers[ALL] == ELSEWHERE_2 || numbers[SIZE] == ELSEWHERE_4 ||
		numbers[OFFSET] == ELSEWHERE_4)
		return refuse_zip64(err);
	if (numbers[DISK] || numbers[DIRECTORY_DISK] || numbers[HERE] != numbers[ALL])
		return refuse("is one part of an archive of several", err);
	if ((uint64_t)numbers[SIZE] + numbers[OFFSET] > end_at)
		return refuse_directory(err);
	if (numbers[SIZE] > LIMIT_ZIP_DIRECTORY)
		return refuse("has too large a directory: unpack it, and name the folder", err);
	zip->count = numbers[ALL];
	zip->end = end_at - numbers[SIZE];
	zip->base = zip->end - numbers[OFFSET];
	*size = numbers[SIZE];
	return 0;
}

static int read_into(struct buf *buf, int fd, uint64_t offset, size_t size, struct err *err)
{
	char *room = buf_reserve(buf, size);

	if (!room)
		return refuse_directory(err);
	if (zip_read_at(fd, offset, room, size, err) < 0)
		return -1;
	buf->length = size;
	return 0;
}

static int read_directory(struct zip *zip, struct err *err)
{
	auto_buf struct buf tail = BUF(END_BYTES + COMMENT_MAX);
	struct stat status;
	struct span end;
	uint64_t file_size;
	size_t size;

	if (fstat(zip->fd, &status) < 0)
		return err_errno(err, "cannot be read");
	file_size = (uint64_t)status.st_size;
	size = file_size < tail.max ? (size_t)file_size : tail.max;
	if (read_into(&tail, zip->fd, file_size - size, size, err) < 0)
		return -1;
	if (!find_end(buf_span(&tail), &end))
		return refuse("is neither a folder nor a zip or jar file", err);
	if (read_end(zip, end, file_size - end.length, &size, err) < 0)
		return -1;
	zip->directory = BUF(LIMIT_ZIP_DIRECTORY);
	return read_into(&zip->directory, zip->fd, zip->end, size, err);
}

static bool is_part(struct span part)
{
	return part.length && !span_is(part, ".") && !span_is(part, "..");
}

/* A path whose every part is a name, and that can be shown. */
static bool is_name(struct span name)
{
	struct span part;

	for (size_t i = 0; i < name.length; i++)
		if ((unsigned char)name.data[i] < ' ' || name.data[i] == 0x7f ||
			name.data[i] == '\\')
			return false;
	while (span_take_until(&name, "/", &part)) {
		(void)span_take(&name, "/");
		if (!is_part(part))
			return false;
	}
	return is_part(name);
}

/* What the program that made the archive says of the entry, in the way of its system. */
static void read_kind(struct zip_entry *entry, uint32_t made_by, uint32_t attributes)
{
	uint32_t host = made_by >> 8, mode = attributes >> 16;

	if (entry->type == TAR_FOLDER)
		return;
	if (host == HOST_DOS || host == HOST_VFAT) {
		entry->executable = true;
	} else if (host == HOST_UNIX || host == HOST_MACOS) {
		if ((mode & UNIX_TYPE) == UNIX_LINK)
			entry->type = TAR_LINK;
		entry->executable = (mode & 0111) != 0;
	}
}

static int check_entry(const struct zip_entry *entry, size_t number, uint32_t flags,
	uint32_t method, struct err *err)
{
	if (!is_name(entry->name))
		return err_set(err, ERR_CONFIG,
			"entry %zu of it has a name that leads elsewhere, or that no file can have",
			number);
	if (flags & (FLAG_ENCRYPTED | FLAG_STRONG | FLAG_MASKED))
		return refuse_entry(entry->name, "is encrypted", err);
	if (method != ZIP_STORED && method != ZIP_DEFLATED)
		return refuse_entry(
			entry->name, "is compressed in a way that is not known here", err);
	if (entry->type == TAR_FOLDER && entry->size)
		return refuse_entry(entry->name, "is a folder and has content", err);
	if (entry->type == TAR_LINK && entry->size > LIMIT_LINK_TARGET)
		return refuse_entry(entry->name, "is a symbolic link of too many bytes", err);
	return 0;
}

/* `number` counts from 1. */
static int take_entry(
	struct zip_entry *entry, size_t number, struct span *directory, struct err *err)
{
	enum { MAGIC, MADE_BY, NEEDED, FLAGS, METHOD, TIME, DATE, CRC, PACKED, SIZE };
	enum { NAME = SIZE + 1, EXTRA, COMMENT, DISK, INTERNAL, ATTRIBUTES, OFFSET };
	uint32_t numbers[OFFSET + 1];
	struct span skipped;

	if (!take_numbers(directory, "42222224442222244", numbers) ||
		numbers[MAGIC] != MAGIC_DIRECTORY ||
		!span_take_bytes(directory, numbers[NAME], &entry->name) ||
		!span_take_bytes(directory, (size_t)numbers[EXTRA] + numbers[COMMENT], &skipped))
		return refuse_directory(err);
	if (numbers[PACKED] == ELSEWHERE_4 || numbers[SIZE] == ELSEWHERE_4 ||
		numbers[OFFSET] == ELSEWHERE_4 || numbers[DISK] == ELSEWHERE_2)
		return refuse_zip64(err);
	entry->type = span_ends(entry->name, "/") ? TAR_FOLDER : TAR_FILE;
	entry->name.length -= entry->type == TAR_FOLDER;
	entry->deflated = numbers[METHOD] == ZIP_DEFLATED;
	entry->crc = numbers[CRC];
	entry->packed = numbers[PACKED];
	entry->size = numbers[SIZE];
	entry->offset = numbers[OFFSET];
	read_kind(entry, numbers[MADE_BY], numbers[ATTRIBUTES]);
	return check_entry(entry, number, numbers[FLAGS], numbers[METHOD], err);
}

/* A slash comes before all else, so that a folder's entries follow it. */
static int compare(const void *a, const void *b)
{
	const struct span left = ((const struct zip_entry *)a)->name;
	const struct span right = ((const struct zip_entry *)b)->name;

	for (size_t i = 0; i < left.length && i < right.length; i++) {
		unsigned char l = (unsigned char)left.data[i], r = (unsigned char)right.data[i];

		if (l != r)
			return l == '/' ? -1 : r == '/' ? 1 : l < r ? -1 : 1;
	}
	return left.length < right.length ? -1 : left.length > right.length;
}

/* Of two entries in order: the second must be beside the first, or in it where that is a folder. */
static int check_pair(
	const struct zip_entry *first, const struct zip_entry *second, struct err *err)
{
	size_t length = first->name.length;
	struct span begin = { second->name.data, length };

	if (second->name.length < length || !span_equal(begin, first->name))
		return 0;
	if (second->name.length == length && first->type == TAR_FOLDER &&
		second->type == TAR_FOLDER)
		return 0;
	if (second->name.length == length)
		return refuse_entry(second->name, "stands there twice", err);
	if (second->name.data[length] == '/' && first->type != TAR_FOLDER)
		return refuse_entry(first->name, "is a file and a folder", err);
	return 0;
}

static int read_entries(struct zip *zip, struct err *err)
{
	struct span directory = buf_span(&zip->directory);

	/* so that a count which is not true costs nothing */
	if (zip->count > directory.length / ENTRY_BYTES)
		return refuse_directory(err);
	zip->entries = mem_resize(NULL, zip->count, sizeof(*zip->entries));
	for (size_t i = 0; i < zip->count; i++) {
		zip->entries[i] = (struct zip_entry){ 0 };
		if (take_entry(&zip->entries[i], i + 1, &directory, err) < 0)
			return -1;
	}
	if (directory.length)
		return refuse_directory(err);
	if (zip->count)
		qsort(zip->entries, zip->count, sizeof(*zip->entries), compare);
	for (size_t i = 1; i < zip->count; i++)
		if (check_pair(&zip->entries[i - 1], &zip->entries[i], err) < 0)
			return -1;
	return 0;
}

int zip_open(struct zip *zip, int fd, struct err *err)
{
	auto_zip struct zip opened = { .fd = fd };

	if (read_directory(&opened, err) < 0 || read_entries(&opened, err) < 0)
		return -1;
	*zip = opened;
	opened = (struct zip){ 0 };
	return 0;
}

void zip_release(struct zip *zip)
{
	buf_release(&zip->directory);
	free(zip->entries);
	*zip = (struct zip){ 0 };
}
