/* SPDX-License-Identifier: Apache-2.0 */
/* zip: any bytes as an archive, of which every entry is read. */
#define _GNU_SOURCE /* memfd_create */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/limits.h"
#include "registry/zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* A few bytes may be inflated to very many, and each entry may be the same. */
static int count(void *context, struct span bytes, struct err *err)
{
	size_t *left = context;

	must(bytes.length > 0);
	if (bytes.length > *left)
		return err_set(err, ERR_INTERNAL, "enough");
	*left -= bytes.length;
	return 0;
}

/* No name leads out of where it is unpacked, or stands there twice. */
static void check_name(const struct zip *zip, size_t i)
{
	const struct zip_entry *entry = &zip->entries[i];
	struct span name = entry->name, part;
	bool more;

	must(name.length && !memchr(name.data, '\0', name.length));
	do {
		more = span_take_until(&name, "/", &part);
		if (more)
			must(span_take(&name, "/"));
		else
			part = name;
		must(part.length && !span_is(part, ".") && !span_is(part, ".."));
	} while (more);
	if (i && span_equal(entry->name, entry[-1].name))
		must(entry->type == TAR_FOLDER && entry[-1].type == TAR_FOLDER);
}

static void check_err(const struct err *err)
{
	must(err->kind == ERR_CONFIG || err->kind == ERR_INTERNAL);
	must(*err->message && !strchr(err->message, '\n'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_fd int fd = memfd_create("zip", MFD_CLOEXEC);
	auto_zip struct zip zip = { 0 };
	struct err err = { 0 };
	size_t left = MIB;

	must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	if (zip_open(&zip, fd, &err) < 0) {
		check_err(&err);
		return 0;
	}
	for (size_t i = 0; i < zip.count; i++) {
		check_name(&zip, i);
		if (zip.entries[i].type == TAR_FOLDER)
			continue;
		if (zip_read(&zip, &zip.entries[i], count, &left, &err) < 0)
			check_err(&err);
	}
	return 0;
}
