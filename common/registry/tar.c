/* SPDX-License-Identifier: Apache-2.0 */
/* tar: the headers of an archive. */
#include <string.h>

#include "registry/tar.h"

/* 1980-01-01T00:00:01Z, as buildpacks have it: some programs take none that is before 1980. */
#define TIME_S 315532801

struct header {
	char name[100];
	char mode[8];
	char uid[8];
	char gid[8];
	char size[12];
	char time[12];
	char checksum[8];
	char type;
	char target[100];
	char magic[8];
	char unused[247];
};

_Static_assert(sizeof(struct header) == TAR_BLOCK, "a header is a block");

/* Octal digits, a NUL behind them. */
static void put_number(char *field, size_t size, uint64_t number)
{
	field[--size] = '\0';
	while (size) {
		field[--size] = (char)('0' + (number & 7));
		number >>= 3;
	}
}

static void put_text(char *field, size_t size, struct span text)
{
	if (text.length)
		memcpy(field, text.data, text.length < size ? text.length : size);
}

/* The sum of its bytes, with spaces in place of the sum; it ends in a NUL and a space. */
static void put_checksum(struct header *header)
{
	const unsigned char *bytes = (const unsigned char *)header;
	uint64_t sum = 0;

	memset(header->checksum, ' ', sizeof(header->checksum));
	for (size_t i = 0; i < sizeof(*header); i++)
		sum += bytes[i];
	put_number(header->checksum, sizeof(header->checksum) - 1, sum);
}

static int add_block(
	struct buf *out, const struct tar_entry *entry, char type, unsigned mode, uint64_t size)
{
	struct header header = { .type = type, .magic = "ustar\00000" };
	struct span name = entry->name;

	put_text(header.name, sizeof(header.name), name);
	if (entry->type == TAR_FOLDER && name.length < sizeof(header.name))
		header.name[name.length] = '/';
	put_text(header.target, sizeof(header.target), entry->target);
	put_number(header.mode, sizeof(header.mode), mode);
	put_number(header.uid, sizeof(header.uid), 0);
	put_number(header.gid, sizeof(header.gid), 0);
	put_number(header.size, sizeof(header.size), size);
	put_number(header.time, sizeof(header.time), TIME_S);
	put_checksum(&header);
	return buf_add(out, &header, sizeof(header));
}

/* "LENGTH KEY=VALUE\n", where LENGTH counts all of it, itself too. */
static int add_record(struct buf *records, const char *key, struct span value, const char *end)
{
	size_t rest = strlen(" =\n") + strlen(key) + value.length + strlen(end);
	size_t digits = 1;

	for (size_t ten = 10; rest + digits >= ten; ten *= 10)
		digits++;
	if (buf_format(records, "%zu %s=", rest + digits, key) < 0 ||
		buf_add_span(records, value) < 0)
		return -1;
	return buf_format(records, "%s\n", end);
}

static int add_padding(struct buf *out, size_t size)
{
	static const char zeros[TAR_BLOCK];

	return buf_add(out, zeros, (TAR_BLOCK - size % TAR_BLOCK) % TAR_BLOCK);
}

/* The names in full, for those of which a header holds but the beginning. */
static int add_long_names(struct buf *out, const struct tar_entry *entry)
{
	static const struct tar_entry names = { .name = { "pax", 3 } };
	const char *slash = entry->type == TAR_FOLDER ? "/" : "";
	size_t name_max = sizeof(((struct header *)NULL)->name) - strlen(slash);
	size_t target_max = sizeof(((struct header *)NULL)->target);
	auto_buf struct buf records = BUF(out->max);

	if (entry->name.length > name_max && add_record(&records, "path", entry->name, slash) < 0)
		return -1;
	if (entry->target.length > target_max &&
		add_record(&records, "linkpath", entry->target, "") < 0)
		return -1;
	if (!records.length)
		return 0;
	if (add_block(out, &names, 'x', 0644, records.length) < 0 ||
		buf_add_span(out, buf_span(&records)) < 0)
		return -1;
	return add_padding(out, records.length);
}

int tar_add_header(struct buf *out, const struct tar_entry *entry)
{
	size_t before = out->length;
	int status = add_long_names(out, entry);

	if (status == 0 && entry->type == TAR_FOLDER)
		status = add_block(out, entry, '5', 0755, 0);
	else if (status == 0 && entry->type == TAR_LINK)
		status = add_block(out, entry, '2', 0777, 0);
	else if (status == 0)
		status = add_block(out, entry, '0', entry->executable ? 0755 : 0644, entry->size);
	if (status < 0)
		out->length = before;
	return status;
}
