/* SPDX-License-Identifier: Apache-2.0 */
/* content: a folder, or what is in a zip or jar file, as the entries of a layer. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "registry/content.h"
#include "registry/zip.h"

static int write_piece(void *context, struct span bytes, struct err *err)
{
	return layer_write(context, bytes, err);
}

static int keep_piece(void *context, struct span bytes, struct err *err)
{
	(void)err;
	return buf_add_span(context, bytes); /* the directory says that there is room */
}

/* Whether the entry is the folder, or in it. */
static bool is_below(struct span name, struct span folder)
{
	struct span begin = { name.data, folder.length };

	return name.length >= folder.length && span_equal(begin, folder) &&
		(name.length == folder.length || name.data[folder.length] == '/');
}

/* The folders that the entry is in, but for those that the entry before it was, or was in. */
static int add_folders(struct layer *layer, struct span name, struct span before, struct err *err)
{
	for (size_t i = 0; i < name.length; i++) {
		const struct tar_entry folder = { .type = TAR_FOLDER, .name = { name.data, i } };

		if (name.data[i] == '/' && !is_below(before, folder.name) &&
			layer_begin(layer, &folder, err) < 0)
			return -1;
	}
	return 0;
}

static int add_zip_entry(
	struct layer *layer, const struct zip *zip, const struct zip_entry *entry, struct err *err)
{
	struct tar_entry header = {
		.type = entry->type,
		.name = entry->name,
		.executable = entry->executable,
	};
	auto_buf struct buf target = BUF(LIMIT_LINK_TARGET);

	switch (entry->type) {
	case TAR_FOLDER:
		return layer_begin(layer, &header, err);
	case TAR_LINK:
		if (zip_read(zip, entry, keep_piece, &target, err) < 0)
			return -1;
		header.target = buf_span(&target);
		return layer_begin(layer, &header, err);
	case TAR_FILE:
		break;
	}
	header.size = entry->size;
	if (layer_begin(layer, &header, err) < 0)
		return -1;
	return zip_read(zip, entry, write_piece, layer, err);
}

int content_add_zip(struct layer *layer, int fd, struct err *err)
{
	auto_zip struct zip zip = { 0 };
	struct span before = { "", 0 };

	if (zip_open(&zip, fd, err) < 0)
		return -1;
	for (size_t i = 0; i < zip.count; i++) {
		const struct zip_entry *entry = &zip.entries[i];

		if (entry->type == TAR_FOLDER && is_below(before, entry->name))
			continue; /* it stands there twice */
		if (add_folders(layer, entry->name, before, err) < 0 ||
			add_zip_entry(layer, &zip, entry, err) < 0)
			return -1;
		before = entry->name;
	}
	return 0;
}

int content_add(struct layer *layer, const char *path, struct err *err)
{
	auto_fd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat status;
	int added;

	if (fd < 0 || fstat(fd, &status) < 0)
		return err_errno(err, "cannot be opened");
	if (S_ISDIR(status.st_mode)) {
		int folder = fd;

		fd = -1;
		added = content_add_folder(layer, folder, err);
	} else if (S_ISREG(status.st_mode)) {
		added = content_add_zip(layer, fd, err);
	} else {
		return err_set(err, ERR_CONFIG, "is neither a folder nor a zip or jar file");
	}
	if (added < 0)
		return -1;
	if (!layer->count)
		return err_set(err, ERR_CONFIG, "holds nothing");
	return layer_finish(layer, err);
}
